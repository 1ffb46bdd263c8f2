#include "outputs.h"

#include "hardware/gpio.h"

#include "../../native/xs/host.h"
#include "audio/audio.h"
#include "audio/lines.h"
#include "audio/pdm_line.h"
#include "audio/priorities.h"
#include "pio_programs.h"

#define NO_PIN 0xff

static unsigned spdif_offset, i2s_offset, i2s_data_offset, pdm_offset, mck_offset;
static struct {
    uint8_t slot[DSPI_SLOTS];
    uint8_t bck, mck, pdm;
} pins;

void outputs_init(void) {
    spdif_offset = pio_add_program(pio0, &spdif_code.program);
    i2s_offset = pio_add_program(pio0, &i2s_code.program);
    i2s_data_offset = pio_add_program(pio0, &i2s_data_code.program);
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        pio_sm_claim(pio0, slot);
        pins.slot[slot] = NO_PIN;
    }
    pdm_offset = pio_add_program(pio1, &pdm_code.program);
    mck_offset = pio_add_program(pio1, &mck_code.program);
    pio_sm_claim(pio1, PDM_MACHINE);
    pio_sm_claim(pio1, MCK_MACHINE);
    pins.bck = pins.mck = pins.pdm = NO_PIN;
}

static void release(unsigned pin) {
    if (pin != NO_PIN) gpio_deinit(pin);
}

static void set_up(unsigned slot, const struct pio_code *code, unsigned offset) {
    const unsigned pin = pins.slot[slot];
    pio_sm_config config = pio_get_default_sm_config();
    sm_config_set_wrap(&config, offset + code->wrap_target, offset + code->wrap);
    sm_config_set_out_pins(&config, pin, 1);
    sm_config_set_out_shift(&config, code->right, true, 32);
    sm_config_set_fifo_join(&config, PIO_FIFO_JOIN_TX);
    if (code->sideset_bits) {
        sm_config_set_sideset(&config, code->sideset_bits, false, false);
        sm_config_set_sideset_pins(&config, pins.bck);
    }
    lines[slot].start = (uint8_t)(offset + code->start);
    pio_sm_init(pio0, slot, offset + code->start, &config);
    pio_sm_set_consecutive_pindirs(pio0, slot, pin, 1, true);
    pio_gpio_init(pio0, pin);
}

static void set_up_clocks(unsigned slot) {
    for (unsigned pin = pins.bck; pin < pins.bck + 2u; pin++)
        pio_gpio_init(pio0, pin);
    pio_sm_set_consecutive_pindirs(pio0, slot, pins.bck, 2, true);
}

/* The first I2S slot makes the clocks for all. */
static void set_up_all(void) {
    bool clocks = false;
    for (unsigned slot = 0; slot < DSPI_SLOTS; slot++) {
        if (lines[slot].state == LINE_OFF) continue;
        if (lines[slot].type == LINE_SPDIF) {
            set_up(slot, &spdif_code, spdif_offset);
        } else if (clocks || pins.bck == NO_PIN) {
            set_up(slot, &i2s_data_code, i2s_data_offset);
        } else {
            clocks = true;
            set_up(slot, &i2s_code, i2s_offset);
            set_up_clocks(slot);
        }
    }
}

/* The USB task, too, stops and starts the lines. */
static void begin_change(void) {
    interrupt_disable(USB_TASK_IRQ);
    audio_pause();
}

static void end_change(void) {
    set_up_all();
    audio_continue();
    interrupt_enable(USB_TASK_IRQ);
}

/* A S/PDIF line has nothing in common with others: they play on, and it joins them. */
static void change_alone(unsigned slot, unsigned pin) {
    interrupt_disable(USB_TASK_IRQ);
    if (lines[slot].state != LINE_OFF) audio_leave_line(slot);
    release(pins.slot[slot]);
    pins.slot[slot] = (uint8_t)pin;
    set_up(slot, &spdif_code, spdif_offset);
    lines[slot].state = LINE_READY;
    interrupt_enable(USB_TASK_IRQ);
}

void host_configure_slot(unsigned slot, unsigned type, unsigned pin) {
    struct line *line = &lines[slot];
    const enum line_type wanted = type == 0 ? LINE_SPDIF : LINE_I2S;
    if (line->state != LINE_OFF && line->type == wanted && pins.slot[slot] == pin) return;
    if (wanted == LINE_SPDIF && line->type == LINE_SPDIF) return change_alone(slot, pin);
    begin_change();
    release(pins.slot[slot]);
    pins.slot[slot] = (uint8_t)pin;
    line->type = wanted;
    line->state = LINE_READY;
    end_change();
}

static void set_up_mck(unsigned pin) {
    pio_sm_config config = pio_get_default_sm_config();
    sm_config_set_wrap(&config, mck_offset + mck_code.wrap_target, mck_offset + mck_code.wrap);
    sm_config_set_set_pins(&config, pin, 1);
    pio_sm_init(pio1, MCK_MACHINE, mck_offset + mck_code.start, &config);
    pio_sm_set_consecutive_pindirs(pio1, MCK_MACHINE, pin, 1, true);
    pio_gpio_init(pio1, pin);
    pio_sm_set_enabled(pio1, MCK_MACHINE, true);
}

void host_configure_clocks(unsigned bck, unsigned mck, bool mck_on, unsigned multiplier) {
    const unsigned wanted_mck = mck_on ? mck : NO_PIN, wanted_multiplier = mck_on ? multiplier : 0;
    if (pins.bck == bck && pins.mck == wanted_mck && mck_multiplier == wanted_multiplier) return;
    begin_change();
    if (pins.bck != NO_PIN) {
        release(pins.bck);
        release(pins.bck + 1u);
    }
    pins.bck = (uint8_t)bck;
    pio_sm_set_enabled(pio1, MCK_MACHINE, false);
    release(pins.mck);
    pins.mck = (uint8_t)wanted_mck;
    mck_multiplier = wanted_multiplier;
    if (mck_on) set_up_mck(mck);
    end_change();
}

void host_configure_pdm(unsigned pin) {
    if (pins.pdm == pin) return;
    begin_change();
    release(pins.pdm);
    pins.pdm = (uint8_t)pin;
    pio_sm_config config = pio_get_default_sm_config();
    sm_config_set_wrap(&config, pdm_offset + pdm_code.wrap_target, pdm_offset + pdm_code.wrap);
    sm_config_set_out_pins(&config, pin, 1);
    sm_config_set_out_shift(&config, pdm_code.right, true, 32);
    sm_config_set_fifo_join(&config, PIO_FIFO_JOIN_TX);
    pio_sm_init(pio1, PDM_MACHINE, pdm_offset + pdm_code.start, &config);
    pio_sm_set_consecutive_pindirs(pio1, PDM_MACHINE, pin, 1, true);
    pio_gpio_init(pio1, pin);
    pdm_line.start = (uint8_t)(pdm_offset + pdm_code.start);
    pdm_line.used = true;
    end_change();
}
