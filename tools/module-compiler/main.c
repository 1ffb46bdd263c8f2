/*
 * module-compiler LIST IMAGE: compiles ES modules to XS bytecode and writes one application image
 * (native/xs/image.h). LIST has a line with the numbers of struct image_creation, then a line per module, the
 * one to start first: name, TAB, source path for messages and stacks, TAB, file to compile. Files whose path
 * ends in .js may declare native functions, `function f() @ "c_name"`.
 */
#include <stdlib.h>

#include "compile.h"
#include "image.h"
#include "write.h"

static void die(const char *format, const char *what) {
    fprintf(stderr, format, what);
    fputc('\n', stderr);
    exit(1);
}

static uint32_t read_creation(FILE *list, struct image_creation *creation) {
    return fscanf(list, "%u %u %u %u %u %u %u\n", &creation->chunk_bytes, &creation->heap_slots,
                  &creation->stack_slots, &creation->keys, &creation->name_buckets, &creation->symbol_buckets,
                  &creation->steps);
}

int main(int argc, char **argv) {
    if (argc != 3) die("usage: module-compiler LIST IMAGE%s", "");
    FILE *list = fopen(argv[1], "r");
    if (!list) die("%s: cannot be read", argv[1]);
    struct image_header header = {
        .magic = IMAGE_MAGIC,
        .engine = IMAGE_ENGINE(XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_ID_COUNT),
    };
    if (read_creation(list, &header.creation) != 7) die("%s: the first line must be seven numbers", argv[1]);

    struct bytes modules = {0};
    struct keys keys = {0};
    int errors = 0;
    char line[4096];
    while (fgets(line, sizeof line, list)) {
        char *name = strtok(line, "\t"), *path = strtok(NULL, "\t"), *file = strtok(NULL, "\n");
        if (!name || !path || !file) die("%s: a line must be name, path and file", argv[1]);
        errors += !compile_module(name, path, file, &keys, &modules);
        header.modules++;
    }
    fclose(list);
    if (errors) return 1;

    header.keys = keys.count;
    header.key_bytes = keys.names.size;
    bytes_pad(&keys.names);
    header.bytes = sizeof header + keys.names.size + modules.size;
    FILE *image = fopen(argv[2], "wb");
    if (!image) die("%s: cannot be written", argv[2]);
    fwrite(&header, sizeof header, 1, image);
    fwrite(keys.names.data, keys.names.size, 1, image);
    fwrite(modules.data, modules.size, 1, image);
    if (fclose(image) != 0) die("%s: cannot be written", argv[2]);
    return 0;
}
