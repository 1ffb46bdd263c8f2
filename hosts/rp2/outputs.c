#include "outputs.h"

#include "hardware/gpio.h"

#include "../../native/xs/host.h"
#include "audio/audio.h"
#include "audio/lines.h"
#include "audio/mck.h"
#include "audio/pdm_line.h"
#include "audio/priorities.h"
#include "audio/stream.h"
#include "pio_programs.h"

#define NONE 0xff

static unsigned spdif_offset, i2s_offset, i2s_data_offset, pdm_offset, mck_offset;
static struct {
    uint8_t slot[DSPI_SLOTS];
    uint8_t bck, mck, pdm;
} pins;
static unsigned clock_slot = NONE; /* the I2S slot that makes the clocks for all of them */

void outputs_init(void) {
    spdif_offset = pio_add_program(pio0, &spdif_code.program);
    i2s_offset = pio_add_program(pio0, &i2s_code.program);
    i2s_data_offset = pio_add_program(pio0, &i2s_data_code.program);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        pio_sm_claim(pio0, slot);
        pins.slot[slot] = NONE;
    }
    pdm_offset = pio_add_program(pio1, &pdm_code.program);
    mck_offset = pio_add_program(pio1, &mck_code.program);
    pio_sm_claim(pio1, PDM_MACHINE);
    pio_sm_claim(pio1, MCK_MACHINE);
    pins.bck = pins.mck = pins.pdm = NONE;
}

/* The USB task, too, stops and starts the lines. */
static void begin_change(void) {
    interrupt_disable(USB_TASK_IRQ);
}

static void end_change(void) {
    interrupt_enable(USB_TASK_IRQ);
}

static void release(unsigned pin) {
    if (pin != NONE) gpio_deinit(pin);
}

/* A machine that sends on a pin from its program's start on, and the settings that its source asks for. */
static pio_sm_config sender(const struct pio_code *code, unsigned offset, unsigned pin) {
    pio_sm_config config = pio_get_default_sm_config();
    sm_config_set_wrap(&config, offset + code->wrap_target, offset + code->wrap);
    sm_config_set_out_pins(&config, pin, 1);
    sm_config_set_out_shift(&config, code->right, true, 32);
    sm_config_set_fifo_join(&config, PIO_FIFO_JOIN_TX);
    return config;
}

static void drive(PIO pio, unsigned machine, unsigned pin, unsigned count) {
    pio_sm_set_consecutive_pindirs(pio, machine, pin, count, true);
    for (unsigned i = 0; i < count; i++)
        pio_gpio_init(pio, pin + i);
}

/* --- slots -----------------------------------------------------------------------------------------------
 */

static void leave(unsigned slot) {
    if (lines[slot].state == LINE_OFF) return;
    audio_hold();
    stream_leave_line(slot);
    audio_release();
}

static void set_up(unsigned slot, const struct pio_code *code, unsigned offset) {
    pio_sm_config config = sender(code, offset, pins.slot[slot]);
    if (code->sideset_bits) {
        sm_config_set_sideset(&config, code->sideset_bits, false, false);
        sm_config_set_sideset_pins(&config, pins.bck);
    }
    lines[slot].start = (uint8_t)(offset + code->start);
    pio_sm_init(pio0, slot, offset + code->start, &config);
    drive(pio0, slot, pins.slot[slot], 1);
    if (code->sideset_bits) drive(pio0, slot, pins.bck, 2);
}

static void set_up_as_wanted(unsigned slot) {
    if (lines[slot].type == LINE_SPDIF)
        set_up(slot, &spdif_code, spdif_offset);
    else if (slot == clock_slot)
        set_up(slot, &i2s_code, i2s_offset);
    else
        set_up(slot, &i2s_data_code, i2s_data_offset);
}

static bool is_i2s(unsigned slot) {
    return pins.slot[slot] != NONE && lines[slot].type == LINE_I2S;
}

/* All I2S slots have to start together with their clocks when another one makes them, or on other pins. */
static void choose_clock_slot(void) {
    clock_slot = NONE;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (!is_i2s(slot)) continue;
        leave(slot);
        if (clock_slot == NONE && pins.bck != NONE) clock_slot = slot;
    }
}

/* The lines that have left join the others, all at once. */
static void come_back(void) {
    audio_hold();
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (pins.slot[slot] == NONE || lines[slot].state != LINE_OFF) continue;
        set_up_as_wanted(slot);
        lines[slot].state = LINE_READY;
    }
    audio_release();
}

void host_configure_slot(unsigned slot, unsigned type, unsigned pin) {
    struct line *line = &lines[slot];
    const enum line_type wanted = type == 0 ? LINE_SPDIF : LINE_I2S;
    if (line->state != LINE_OFF && line->type == wanted && pins.slot[slot] == pin) return;
    begin_change();
    leave(slot);
    release(pins.slot[slot]);
    pins.slot[slot] = (uint8_t)pin;
    line->type = wanted;
    const bool makes_clocks = slot == clock_slot, first = wanted == LINE_I2S && clock_slot == NONE;
    if (first || (makes_clocks && wanted != LINE_I2S)) choose_clock_slot();
    come_back();
    end_change();
}

/* --- clocks ----------------------------------------------------------------------------------------------
 */

static void move_bck(unsigned bck) {
    if (pins.bck == bck) return;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++)
        if (is_i2s(slot)) leave(slot);
    if (pins.bck != NONE) {
        release(pins.bck);
        release(pins.bck + 1u);
    }
    pins.bck = (uint8_t)bck;
    choose_clock_slot();
    come_back();
}

static void set_up_mck(unsigned pin) {
    pio_sm_config config = pio_get_default_sm_config();
    sm_config_set_wrap(&config, mck_offset + mck_code.wrap_target, mck_offset + mck_code.wrap);
    sm_config_set_set_pins(&config, pin, 1);
    pio_sm_init(pio1, MCK_MACHINE, mck_offset + mck_code.start, &config);
    drive(pio1, MCK_MACHINE, pin, 1);
}

static void change_mck(unsigned pin, unsigned multiplier) {
    if (pins.mck == pin && mck_multiplier() == multiplier) return;
    pio_sm_set_enabled(pio1, MCK_MACHINE, false);
    if (pins.mck != pin) release(pins.mck);
    pins.mck = (uint8_t)pin;
    if (pin != NONE) set_up_mck(pin);
    mck_set(multiplier, audio_class_engine_rate(&audio.class));
    pio_sm_set_enabled(pio1, MCK_MACHINE, pin != NONE);
}

void host_configure_clocks(unsigned bck, unsigned mck, bool mck_on, unsigned multiplier) {
    begin_change();
    change_mck(mck_on ? mck : NONE, mck_on ? multiplier : 0);
    move_bck(bck);
    end_change();
}

/* --- PDM -------------------------------------------------------------------------------------------------
 */

void host_configure_pdm(unsigned pin) {
    if (pins.pdm == pin) return;
    begin_change();
    audio_hold();
    pdm_line_take_down();
    audio_release();
    release(pins.pdm);
    pins.pdm = (uint8_t)pin;
    pio_sm_config config = sender(&pdm_code, pdm_offset, pin);
    pio_sm_init(pio1, PDM_MACHINE, pdm_offset + pdm_code.start, &config);
    drive(pio1, PDM_MACHINE, pin, 1);
    audio_hold();
    pdm_line_set_up((uint8_t)(pdm_offset + pdm_code.start));
    audio_release();
    end_change();
}
