#ifndef PATCHBAY_CPHONENUMBER_H
#define PATCHBAY_CPHONENUMBER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The longest text that libphonenumber reads, in bytes; longer input is refused before it is looked at.
#define PATCHBAY_PHONE_MAX_INPUT 250

/// Why a text is not a phone number.
typedef enum {
    PATCHBAY_PHONE_OK = 0,
    PATCHBAY_PHONE_INVALID_COUNTRY_CODE = 1,
    PATCHBAY_PHONE_NOT_A_NUMBER = 2,
    PATCHBAY_PHONE_TOO_SHORT_AFTER_IDD = 3,
    PATCHBAY_PHONE_TOO_SHORT = 4,
    PATCHBAY_PHONE_TOO_LONG = 5,
    PATCHBAY_PHONE_INTERNAL = 6
} patchbay_phone_status;

/// What kind of line a number belongs to, by its numbering plan.
typedef enum {
    PATCHBAY_PHONE_FIXED_LINE = 0,
    PATCHBAY_PHONE_MOBILE = 1,
    PATCHBAY_PHONE_FIXED_LINE_OR_MOBILE = 2,
    PATCHBAY_PHONE_TOLL_FREE = 3,
    PATCHBAY_PHONE_PREMIUM_RATE = 4,
    PATCHBAY_PHONE_SHARED_COST = 5,
    PATCHBAY_PHONE_VOIP = 6,
    PATCHBAY_PHONE_PERSONAL = 7,
    PATCHBAY_PHONE_PAGER = 8,
    PATCHBAY_PHONE_UAN = 9,
    PATCHBAY_PHONE_VOICEMAIL = 10,
    PATCHBAY_PHONE_UNKNOWN = 11
} patchbay_phone_type;

/// A parsed number. Texts end with a zero byte; an absent one is empty. The extension is in no format.
typedef struct {
    char e164[32];
    char national[96];
    char international[96];
    char region[8];
    char extension[32];
    int32_t country_code;
    patchbay_phone_type type;
    int32_t is_valid;
    int32_t is_possible;
} patchbay_phone;

/// Parses a text of UTF-8. `region` is an upper-case ISO 3166 code for numbers without a country code, or NULL.
/// Safe to call from any thread; throws nothing.
patchbay_phone_status patchbay_phone_parse(const char *text, size_t length, const char *region, patchbay_phone *result);

/// Whether the library has the numbering plan of a region, an upper-case ISO 3166 code.
int32_t patchbay_phone_has_region(const char *region);

#ifdef __cplusplus
}
#endif

#endif
