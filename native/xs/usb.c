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
