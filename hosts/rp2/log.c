#include "log.h"

#include "hardware/gpio.h"
#include "hardware/uart.h"

#define TX_PIN 12
#define BAUD   921600

void log_init(void) {
    uart_init(uart0, BAUD);
    gpio_set_function(TX_PIN, GPIO_FUNC_UART);
}

void log_write(const char *text) {
    uart_puts(uart0, text);
    uart_puts(uart0, "\r\n");
}
