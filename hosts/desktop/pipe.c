#include "pipe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_MAX (1 << 20)

static int output = -1;
static uint8_t input[MESSAGE_MAX];

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void pipe_open(void) {
    output = dup(STDOUT_FILENO);
    if (output < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) fail("standard output: %s", strerror(errno));
}

bool pipe_read(struct message *message) {
    uint8_t head[5];
    if (fread(head, 1, sizeof head, stdin) != sizeof head) return false;
    uint32_t length = head[0] | head[1] << 8 | head[2] << 16 | (uint32_t)head[3] << 24;
    if (length < 1 || length > MESSAGE_MAX)
        fail("a message of %lu bytes, expected 1 to %d", (unsigned long)length, MESSAGE_MAX);
    if (fread(input, 1, length - 1, stdin) != length - 1) return false;
    *message = (struct message){.type = head[4], .body = input, .length = length - 1};
    return true;
}

static void write_all(const uint8_t *data, size_t length) {
    while (length > 0) {
        ssize_t written = write(output, data, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("standard output: %s", strerror(errno));
        data += written;
        length -= (size_t)written;
    }
}

void pipe_send(enum message_type type, const struct part *parts, unsigned count) {
    uint32_t length = 1;
    for (unsigned i = 0; i < count; i++)
        length += (uint32_t)parts[i].length;
    uint8_t head[5] = {length, length >> 8, length >> 16, length >> 24, type};
    write_all(head, sizeof head);
    for (unsigned i = 0; i < count; i++)
        write_all(parts[i].data, parts[i].length);
}
