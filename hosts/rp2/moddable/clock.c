#include "clock.h"

#include "hardware/clocks.h"
#include "hardware/sync.h"
#include "hardware/vreg.h"
#include "pico/stdlib.h"

#if PICO_RP2040
#include "hardware/structs/ssi.h"
#else
#include "hardware/structs/qmi.h"
#endif

#define FLASH_DIVIDER 4

/* Flash cannot be read while its interface is set up: RP2040 datasheet 4.10.13, RP2350 datasheet 12.14.6. */
static void __no_inline_not_in_flash_func(slow_flash_down)(void) {
#if PICO_RP2040
    ssi_hw->ssienr = 0;
    ssi_hw->baudr = FLASH_DIVIDER;
    ssi_hw->ssienr = 1;
#else
    hw_write_masked(&qmi_hw->m[0].timing, FLASH_DIVIDER << QMI_M0_TIMING_CLKDIV_LSB,
                    QMI_M0_TIMING_CLKDIV_BITS);
#endif
}

void clock_start(void) {
    vreg_set_voltage(VREG_VOLTAGE_1_15);
    busy_wait_us(1000);
    const uint32_t interrupts = save_and_disable_interrupts();
    slow_flash_down();
    restore_interrupts(interrupts);
    set_sys_clock_pll(PLL_SYS_VCO_FREQ_HZ, PLL_SYS_POSTDIV1, 1);
}
