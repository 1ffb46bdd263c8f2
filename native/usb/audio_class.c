#include "audio_class.h"

#include <string.h>

#include "../engine/engine.h"

/* UAC1 table A-9 */
enum { SET_CUR = 0x01, GET_CUR = 0x81, GET_MIN = 0x82, GET_MAX = 0x83, GET_RES = 0x84 };

enum control { NO_CONTROL, MUTE, VOLUME, FREQUENCY };

/* Hosts that find these unanswered refuse the device (Windows: code 10). 1/256 dB. */
#define VOLUME_MIN  (-60 * 256)
#define VOLUME_MAX  0
#define VOLUME_STEP 256

#define DATA_MAX 63 /* bytes of a data stage */

/* Unit and channel numbers are not looked at: there is one feature unit, and it has a master channel only. */
static enum control addressed(const struct usb_setup *setup) {
    unsigned selector = setup->value >> 8;
    if (usb_recipient(setup) == USB_TO_ENDPOINT) return selector == 1 ? FREQUENCY : NO_CONTROL;
    return selector == 1 ? MUTE : selector == 2 ? VOLUME : NO_CONTROL;
}

void audio_class_init(struct audio_class *audio, struct engine *engine) {
    *audio = (struct audio_class){.engine = engine, .rate = 44100};
    engine_set_host_volume(engine, audio->volume, audio->mute);
}

uint32_t audio_class_engine_rate(const struct audio_class *audio) {
    return audio->rate == 48000 || audio->rate == 96000 ? audio->rate : 44100;
}

static int answer_bytes(uint8_t answer[3], uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        answer[i] = (uint8_t)(value >> 8 * i);
    return bytes;
}

int audio_class_get(const struct audio_class *audio, const struct usb_setup *setup, uint8_t answer[3]) {
    enum control control = addressed(setup);
    if (setup->request == GET_CUR) {
        switch (control) {
        case MUTE:
            return answer_bytes(answer, audio->mute, 1);
        case VOLUME:
            return answer_bytes(answer, (uint16_t)audio->volume, 2);
        case FREQUENCY:
            return answer_bytes(answer, audio->rate, 3);
        default:
            return USB_STALL;
        }
    }
    if (control != VOLUME) return USB_STALL;
    switch (setup->request) {
    case GET_MIN:
        return answer_bytes(answer, (uint16_t)VOLUME_MIN, 2);
    case GET_MAX:
        return answer_bytes(answer, (uint16_t)VOLUME_MAX, 2);
    case GET_RES:
        return answer_bytes(answer, VOLUME_STEP, 2);
    default:
        return USB_STALL;
    }
}

bool audio_class_accepts(const struct usb_setup *setup) {
    return setup->request == SET_CUR && addressed(setup) != NO_CONTROL && setup->length >= 1 &&
           setup->length <= DATA_MAX;
}

static void set_rate(struct audio_class *audio, uint32_t rate) {
    if (rate == audio->rate) return;
    audio->rate = rate;
    engine_set_rate(audio->engine, audio_class_engine_rate(audio));
}

void audio_class_set(struct audio_class *audio, const struct usb_setup *setup, const uint8_t *data) {
    switch (addressed(setup)) {
    case MUTE:
        audio->mute = data[0];
        break;
    case VOLUME:
        if (setup->length < 2) return;
        audio->volume = (int16_t)(data[0] | data[1] << 8);
        break;
    case FREQUENCY:
        if (setup->length >= 3) set_rate(audio, data[0] | data[1] << 8 | (uint32_t)data[2] << 16);
        return;
    default:
        return;
    }
    engine_set_host_volume(audio->engine, audio->volume, audio->mute);
}

int audio_class_get_alternate(const struct audio_class *audio, unsigned interface) {
    if (interface >= USB_INTERFACES) return USB_STALL;
    return interface == USB_AUDIO_STREAMING ? audio->alternate : 0;
}

bool audio_class_set_alternate(struct audio_class *audio, unsigned interface, unsigned alternate) {
    if (interface != USB_AUDIO_STREAMING || alternate > 2) return false;
    if (audio->alternate == 0 && alternate > 0) engine_start_stream(audio->engine);
    audio->alternate = (uint8_t)alternate;
    return true;
}

unsigned audio_class_bytes_per_sample(const struct audio_class *audio) {
    return audio->alternate == 0 ? 0 : audio->alternate + 1;
}

unsigned audio_class_frames(struct audio_class *audio, size_t packet_bytes) {
    size_t frame = 2 * audio_class_bytes_per_sample(audio);
    if (frame == 0) return 0;
    size_t frames = packet_bytes / frame;
    bool too_many = frames > ENGINE_FRAMES_MAX;
    if (too_many || packet_bytes % frame) audio->malformed++;
    return too_many ? ENGINE_FRAMES_MAX : (unsigned)frames;
}
