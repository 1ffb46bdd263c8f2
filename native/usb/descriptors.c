#include "descriptors.h"

#include <string.h>

#define U16(value)      (value) & 0xff, (value) >> 8
#define RATE(hz)        (hz) & 0xff, (hz) >> 8 & 0xff, (hz) >> 16
#define RATES           RATE(44100), RATE(48000), RATE(96000)
#define STRING_LANGUAGE 0x0409

/* One row per descriptor. */
/* clang-format off */

/* USB 2.0 section 9.6.1; 2.1 because only then a host asks for the BOS descriptor. */
const uint8_t usb_device_descriptor[18] = {
    18, 1, U16(0x0210), 0, 0, 0, 64, /* class per interface, endpoint 0 of 64 bytes */
    U16(0x2e8a), U16(0xfeaa), U16(0x0200), 1, 2, 3, 1,
};

/* One alternate setting of the streaming interface: UAC1 sections 4.5 and 4.6. */
#define STREAMING(alternate, bytes) \
    9, 4, USB_AUDIO_STREAMING, alternate, 2, 1, 2, 0, 0,              /* 2 endpoints, AUDIO, STREAMING */ \
    7, 0x24, 1, 1, 1, U16(0x0001),                                    /* AS_GENERAL: terminal 1, PCM */ \
    17, 0x24, 2, 1, 2, bytes, 8 * bytes, 3, RATES,                    /* FORMAT_TYPE I: 2 channels, 3 rates */ \
    9, 5, USB_DATA_ENDPOINT, 0x05, U16(USB_PACKET_BYTES), 1, 0, USB_FEEDBACK_ENDPOINT, /* asynchronous */ \
    7, 0x25, 1, 0x01, 0, U16(0),                                      /* EP_GENERAL: sampling frequency */ \
    9, 5, USB_FEEDBACK_ENDPOINT, 0x11, U16(3), 1, 2, 0                /* every 2^2 ms */

/* USB 2.0 section 9.6.3. */
const uint8_t usb_configuration_descriptor[USB_CONFIGURATION_BYTES] = {
    9, 2, U16(USB_CONFIGURATION_BYTES), USB_INTERFACES, 1, 0, 0x80, 50, /* bus powered, 100 mA */

    9, 4, USB_AUDIO_CONTROL, 0, 0, 1, 1, 0, 0,                /* no endpoint, AUDIO, CONTROL */
    9, 0x24, 1, U16(0x0100), U16(40), 1, USB_AUDIO_STREAMING, /* HEADER: UAC 1.0, 40 bytes, 1 interface */
    12, 0x24, 2, 1, U16(0x0101), 0, 2, U16(3), 0, 0,          /* INPUT_TERMINAL 1: USB, left + right */
    10, 0x24, 6, 2, 1, 1, 3, 0, 0, 0,                         /* FEATURE_UNIT 2: master mute, volume */
    9, 0x24, 3, 3, U16(0x0301), 0, 2, 0,                      /* OUTPUT_TERMINAL 3: speaker */

    9, 4, USB_AUDIO_STREAMING, 0, 0, 1, 2, 0, 0, /* zero bandwidth */
    STREAMING(1, 2),
    STREAMING(2, 3),

    9, 4, USB_VENDOR, 0, 0, 0xff, 0, 0, 0, /* control transfers only */
};

/* Vendor codes: the bRequest by which a host asks for what the BOS and string 0xEE announce. */
#define MICROSOFT_CODE 1
#define WEBUSB_CODE    2
#define MS_OS_20_BYTES 0xb2

/* USB 3.2 section 9.6.2: a header and platform capabilities. */
const uint8_t usb_bos_descriptor[USB_BOS_BYTES] = {
    5, 15, U16(USB_BOS_BYTES), 2,

    /* WebUSB section 5.1: version 1.0, no landing page */
    24, 16, 5, 0, 0x38, 0xb6, 0x08, 0x34, 0xa9, 0x09, 0xa0, 0x47, 0x8b, 0xfd, 0xa0, 0x76, 0x88, 0x15, 0xb6, 0x65,
    U16(0x0100), WEBUSB_CODE, 0,

    /* Microsoft OS 2.0 descriptors specification: Windows 8.1 and later */
    28, 16, 5, 0, 0xdf, 0x60, 0xdd, 0xd8, 0x89, 0x45, 0xc7, 0x4c, 0x9c, 0xd2, 0x65, 0x9d, 0x9e, 0x64, 0x8a, 0x9f,
    U16(0x0000), U16(0x0603), U16(MS_OS_20_BYTES), MICROSOFT_CODE, 0,
};

/* clang-format on */

/* The structures below are sent as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "USB is little-endian");
#define PACKED __attribute__((packed))

#define INTERFACE_GUID u"{88BAE032-5A81-49F0-BC3D-A4FF138216D6}"

/* Microsoft OS 1.0 extended compat ID: WinUSB for the vendor interface. */
static const struct PACKED {
    uint32_t length;
    uint16_t version, index;
    uint8_t functions, reserved[7];
    uint8_t first_interface, one;
    char compatible_id[8], sub_compatible_id[8];
    uint8_t reserved_too[6];
} compat_id = {40, 0x0100, 4, 1, {0}, USB_VENDOR, 1, "WINUSB", "", {0}};
_Static_assert(sizeof compat_id == 40, "Microsoft OS 1.0 compat ID");

/* Microsoft OS 1.0 extended properties: one REG_SZ. */
static const struct PACKED {
    uint32_t length;
    uint16_t version, index, properties;
    uint32_t property_length, type;
    uint16_t name_length;
    uint16_t name[20];
    uint32_t value_length;
    uint16_t value[39];
} extended_properties = {142, 0x0100, 5, 1, 132, 1, 40, u"DeviceInterfaceGUID", 78, INTERFACE_GUID};
_Static_assert(sizeof extended_properties == 142, "Microsoft OS 1.0 extended properties");

/* Microsoft OS 2.0 descriptor set: the same for the function that starts at the vendor interface. */
static const struct PACKED {
    uint16_t set_length, set_type;
    uint32_t windows_version;
    uint16_t set_total;
    uint16_t configuration_length, configuration_type;
    uint8_t configuration, configuration_reserved;
    uint16_t configuration_total;
    uint16_t function_length, function_type;
    uint8_t first_interface, function_reserved;
    uint16_t function_total;
    uint16_t compatible_length, compatible_type;
    char compatible_id[8], sub_compatible_id[8];
    uint16_t property_length, property_type, data_type;
    uint16_t name_length;
    uint16_t name[21];
    uint16_t value_length;
    uint16_t value[40]; /* REG_MULTI_SZ: an empty string ends the list */
} ms_os_20_set = {
    /* clang-format off */
    10, 0, 0x06030000, MS_OS_20_BYTES, /* Windows 8.1 */
    8, 1, 0, 0, MS_OS_20_BYTES - 10,
    8, 2, USB_VENDOR, 0, MS_OS_20_BYTES - 18,
    20, 3, "WINUSB", "",
    132, 4, 7, 42, u"DeviceInterfaceGUIDs", 80, INTERFACE_GUID,
    /* clang-format on */
};
_Static_assert(sizeof ms_os_20_set == MS_OS_20_BYTES, "Microsoft OS 2.0 set");

/* "MSFT100", then the vendor code as an eighth character. */
static const uint8_t microsoft_string[18] = {
    18, 3, 'M', 0, 'S', 0, 'F', 0, 'T', 0, '1', 0, '0', 0, '0', 0, MICROSOFT_CODE, 0,
};

size_t usb_string_descriptor(uint8_t index, const char *serial, uint8_t answer[USB_STRING_BYTES]) {
    if (index == 0xee) {
        memcpy(answer, microsoft_string, sizeof microsoft_string);
        return sizeof microsoft_string;
    }
    if (index == 0) {
        memcpy(answer, (const uint8_t[]){4, 3, U16(STRING_LANGUAGE)}, 4);
        return 4;
    }
    const char *text = index == 1   ? "GitHub.com/WeebLabs"
                       : index == 2 ? "Weeb Labs DSPi"
                       : index == 3 ? serial
                                    : "";
    size_t length = 2;
    for (; *text && length < USB_STRING_BYTES; text++) {
        answer[length++] = (uint8_t)*text;
        answer[length++] = 0;
    }
    answer[0] = (uint8_t)length;
    answer[1] = 3;
    return length;
}

const uint8_t *usb_os_descriptor(const struct usb_setup *setup, size_t *length) {
    if (!usb_is_in(setup) || usb_type(setup) != USB_TYPE_VENDOR || usb_recipient(setup) != USB_TO_DEVICE ||
        setup->request != MICROSOFT_CODE)
        return NULL;
    switch (setup->index) {
    case 4:
        *length = sizeof compat_id;
        return (const uint8_t *)&compat_id;
    case 5:
        *length = sizeof extended_properties;
        return (const uint8_t *)&extended_properties;
    case 7:
        *length = sizeof ms_os_20_set;
        return (const uint8_t *)&ms_os_20_set;
    default:
        return NULL;
    }
}
