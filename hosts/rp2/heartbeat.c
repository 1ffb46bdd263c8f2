#include "heartbeat.h"

#include "hardware/gpio.h"
#include "hardware/timer.h"

#include "audio/audio.h"
#include "usb.h"

/* Of each second, how many ms the LED is on at its beginning. */
enum { ALONE = 500, WAITING = 50, PLAYING = 950 };
#define FLICKER 125 /* ms */

static bool alarm;

void heartbeat_init(void) {
    gpio_init(PICO_DEFAULT_LED_PIN);
    gpio_set_dir(PICO_DEFAULT_LED_PIN, true);
}

void heartbeat_alarm(bool down) {
    alarm = down;
}

void heartbeat_show(void) {
    const unsigned on = !usb_is_configured() ? ALONE : audio.class.alternate == 0 ? WAITING : PLAYING;
    const unsigned ms = timer_hw->timerawl / 1000;
    gpio_put(PICO_DEFAULT_LED_PIN, alarm ? ms % FLICKER < FLICKER / 2 : ms % 1000 < on);
}
