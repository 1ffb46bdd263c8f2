#include "dma_ring.h"

#include "hardware/dma.h"

void dma_ring_init(struct dma_ring *ring) {
    ring->data = (uint8_t)dma_claim_unused_channel(true);
    ring->again = (uint8_t)dma_claim_unused_channel(true);
}

void dma_ring_start(struct dma_ring *ring, uint32_t word, volatile uint32_t *fifo, unsigned dreq, bool swap) {
    dma_channel_hw_t *data = &dma_hw->ch[ring->data], *again = &dma_hw->ch[ring->again];
    const uint32_t always = DMA_CH0_CTRL_TRIG_EN_BITS | DMA_SIZE_32 << DMA_CH0_CTRL_TRIG_DATA_SIZE_LSB |
                            (uint32_t)ring->again << DMA_CH0_CTRL_TRIG_CHAIN_TO_LSB |
                            DMA_CH0_CTRL_TRIG_IRQ_QUIET_BITS;
    again->read_addr = (uintptr_t)&ring->words;
    again->write_addr = (uintptr_t)&data->al1_transfer_count_trig;
    again->transfer_count = 1;
    again->al1_ctrl = always | DREQ_FORCE << DMA_CH0_CTRL_TRIG_TREQ_SEL_LSB;
    data->read_addr = (uintptr_t)ring->memory + 4 * word;
    data->write_addr = (uintptr_t)fifo;
    data->transfer_count = ring->words - word;
    data->ctrl_trig = always | DMA_CH0_CTRL_TRIG_INCR_READ_BITS | DMA_CH0_CTRL_TRIG_HIGH_PRIORITY_BITS |
                      (swap ? DMA_CH0_CTRL_TRIG_BSWAP_BITS : 0) |
                      (uint32_t)__builtin_ctz(4 * ring->words) << DMA_CH0_CTRL_TRIG_RING_SIZE_LSB |
                      dreq << DMA_CH0_CTRL_TRIG_TREQ_SEL_LSB;
}

/* The channel that starts the other again is stopped first. */
void dma_ring_stop(struct dma_ring *ring) {
    const uint32_t both = 1u << ring->data | 1u << ring->again;
    hw_clear_bits(&dma_hw->ch[ring->data].al1_ctrl, DMA_CH0_CTRL_TRIG_EN_BITS);
    hw_clear_bits(&dma_hw->ch[ring->again].al1_ctrl, DMA_CH0_CTRL_TRIG_EN_BITS);
    dma_hw->abort = both;
    while (dma_hw->abort & both) {
    }
}

uint32_t dma_ring_position(const struct dma_ring *ring) {
    return (dma_hw->ch[ring->data].read_addr - (uintptr_t)ring->memory) / 4 % ring->words;
}
