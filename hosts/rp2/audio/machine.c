#include "machine.h"

#define MOV_PINS_NULL 0xa003 /* side-set 0 (RP2040 datasheet 3.4.8) */

void machine_get_ready(PIO pio, unsigned machine, uint8_t start, uint32_t divider, struct dma_ring *ring,
                       uint32_t word, bool swap) {
    pio_sm_hw_t *registers = &pio->sm[machine];
    /* Changing how the FIFOs are joined empties them (RP2040 datasheet 3.5.7). */
    hw_xor_bits(&registers->shiftctrl, PIO_SM0_SHIFTCTRL_FJOIN_TX_BITS);
    hw_xor_bits(&registers->shiftctrl, PIO_SM0_SHIFTCTRL_FJOIN_TX_BITS);
    hw_set_bits(&pio->ctrl, 1u << (PIO_CTRL_SM_RESTART_LSB + machine));
    registers->clkdiv = divider;
    registers->instr = MOV_PINS_NULL;
    registers->instr = start; /* JMP */
    dma_ring_start(ring, word, &pio->txf[machine], (pio == pio0 ? DREQ_PIO0_TX0 : DREQ_PIO1_TX0) + machine,
                   swap);
    while (!(pio->fstat & 1u << (PIO_FSTAT_TXFULL_LSB + machine))) {
    }
}

void machine_stop(PIO pio, unsigned machine, struct dma_ring *ring) {
    hw_clear_bits(&pio->ctrl, 1u << (PIO_CTRL_SM_ENABLE_LSB + machine));
    dma_ring_stop(ring);
}
