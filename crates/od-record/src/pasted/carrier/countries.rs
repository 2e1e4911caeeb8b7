//! Whose post a country's is, for numbers of the UPU's form S10.

/// ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK \
    CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU \
    GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC \
    MD ME MG MH MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US \
    UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// The carrier of registered letters and parcels from `country`; nothing where there is no such country.
pub(super) fn post_of(country: &str) -> Option<&'static str> {
    Some(match country {
        "GB" => "Royal Mail",
        "US" => "USPS",
        "CA" => "Canada Post",
        "AU" => "Australia Post",
        "DE" => "DHL",
        "FR" => "La Poste",
        "NL" => "PostNL",
        "ES" => "Correos",
        "IT" => "Poste Italiane",
        "CN" => "China Post",
        "JP" => "Japan Post",
        _ if COUNTRIES.split_ascii_whitespace().any(|known| known == country) => "Post",
        _ => return None,
    })
}
