/* Lines of text on a UART, GPIO 12, 921600 baud 8N1. */
#ifndef DSPI_RP2_LOG_H
#define DSPI_RP2_LOG_H

void log_init(void);

/* One line, without its end. Returns when the UART has taken it in. From the thread. */
void log_write(const char *text);

#endif
