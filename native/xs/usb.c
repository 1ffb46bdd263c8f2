/* usb.js: the vendor queue and the audio class. */
#include "arguments.h"
#include "handlers.h"
#include "host.h"

static void set_handler(xsMachine *the, enum machine_handler which) {
    argument_count(the, 1);
    if (!xsmcIsCallable(xsArg(0))) xsTypeError("handler: expected a function");
    machine_set_handler(xsGetContext(the), which, &xsArg(0));
}

void xs_usb_onControl(xsMachine *the) {
    set_handler(the, MACHINE_CONTROL);
}

void xs_usb_onRate(xsMachine *the) {
    set_handler(the, MACHINE_RATE);
}

void xs_usb_rate(xsMachine *the) {
    xsmcSetNumber(xsResult, host_rate());
}

void xs_usb_onVolume(xsMachine *the) {
    set_handler(the, MACHINE_VOLUME);
}

void xs_usb_volume(xsMachine *the) {
    xsmcSetNumber(xsResult, host_volume() / 256.0);
}

void xs_usb_errors(xsMachine *the) {
    argument_count(the, 1);
    xsmcSetNumber(xsResult, host_usb_errors(argument_integer(the, 0, "kind", HOST_USB_ERROR_KINDS - 1)));
}

void xs_usb_clearErrors(xsMachine *the) {
    (void)the;
    host_clear_usb_errors();
}
