#include "CPhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

template <size_t Size>
bool copy(const std::string &text, char (&target)[Size]) {
    if (text.size() >= Size) return false;
    std::memcpy(target, text.c_str(), text.size() + 1);
    return true;
}

patchbay_phone_status status(PhoneNumberUtil::ErrorType error) {
    switch (error) {
        case PhoneNumberUtil::NO_PARSING_ERROR: return PATCHBAY_PHONE_OK;
        case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return PATCHBAY_PHONE_INVALID_COUNTRY_CODE;
        case PhoneNumberUtil::NOT_A_NUMBER: return PATCHBAY_PHONE_NOT_A_NUMBER;
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD: return PATCHBAY_PHONE_TOO_SHORT_AFTER_IDD;
        case PhoneNumberUtil::TOO_SHORT_NSN: return PATCHBAY_PHONE_TOO_SHORT;
        case PhoneNumberUtil::TOO_LONG_NSN: return PATCHBAY_PHONE_TOO_LONG;
    }
    return PATCHBAY_PHONE_INTERNAL;
}

patchbay_phone_type type(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
        case PhoneNumberUtil::FIXED_LINE: return PATCHBAY_PHONE_FIXED_LINE;
        case PhoneNumberUtil::MOBILE: return PATCHBAY_PHONE_MOBILE;
        case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return PATCHBAY_PHONE_FIXED_LINE_OR_MOBILE;
        case PhoneNumberUtil::TOLL_FREE: return PATCHBAY_PHONE_TOLL_FREE;
        case PhoneNumberUtil::PREMIUM_RATE: return PATCHBAY_PHONE_PREMIUM_RATE;
        case PhoneNumberUtil::SHARED_COST: return PATCHBAY_PHONE_SHARED_COST;
        case PhoneNumberUtil::VOIP: return PATCHBAY_PHONE_VOIP;
        case PhoneNumberUtil::PERSONAL_NUMBER: return PATCHBAY_PHONE_PERSONAL;
        case PhoneNumberUtil::PAGER: return PATCHBAY_PHONE_PAGER;
        case PhoneNumberUtil::UAN: return PATCHBAY_PHONE_UAN;
        case PhoneNumberUtil::VOICEMAIL: return PATCHBAY_PHONE_VOICEMAIL;
        default: return PATCHBAY_PHONE_UNKNOWN;
    }
}

/// The number alone. Built anew, since clearing a string field would need libprotobuf at link time.
PhoneNumber without_extension(const PhoneNumber &parsed) {
    PhoneNumber number;
    number.set_country_code(parsed.country_code());
    number.set_national_number(parsed.national_number());
    if (parsed.has_italian_leading_zero()) number.set_italian_leading_zero(parsed.italian_leading_zero());
    if (parsed.has_number_of_leading_zeros()) number.set_number_of_leading_zeros(parsed.number_of_leading_zeros());
    return number;
}

}  // namespace

patchbay_phone_status patchbay_phone_parse(
    const char *text, size_t length, const char *region, patchbay_phone *result) {
    std::memset(result, 0, sizeof *result);
    if (length > PATCHBAY_PHONE_MAX_INPUT) return PATCHBAY_PHONE_TOO_LONG;
    try {
        const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
        PhoneNumber parsed;
        // "ZZ" is the library's name for "no region": then only numbers with a country code can be read.
        const auto error = util.Parse(std::string(text, length), region != nullptr ? region : "ZZ", &parsed);
        if (error != PhoneNumberUtil::NO_PARSING_ERROR) return status(error);
        if (parsed.has_extension() && !copy(parsed.extension(), result->extension)) return PATCHBAY_PHONE_TOO_LONG;
        const PhoneNumber number = without_extension(parsed);

        std::string e164, national, international, owner;
        util.Format(number, PhoneNumberUtil::E164, &e164);
        util.Format(number, PhoneNumberUtil::NATIONAL, &national);
        util.Format(number, PhoneNumberUtil::INTERNATIONAL, &international);
        util.GetRegionCodeForNumber(number, &owner);
        if (owner == "ZZ") owner.clear();
        if (!copy(e164, result->e164) || !copy(national, result->national) ||
            !copy(international, result->international) || !copy(owner, result->region))
            return PATCHBAY_PHONE_INTERNAL;
        result->country_code = number.country_code();
        result->type = type(util.GetNumberType(number));
        result->is_valid = util.IsValidNumber(number) ? 1 : 0;
        result->is_possible = util.IsPossibleNumber(number) ? 1 : 0;
        return PATCHBAY_PHONE_OK;
    } catch (...) {
        return PATCHBAY_PHONE_INTERNAL;
    }
}

int32_t patchbay_phone_has_region(const char *region) {
    try {
        return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(region) != 0 ? 1 : 0;
    } catch (...) {
        return 0;
    }
}
