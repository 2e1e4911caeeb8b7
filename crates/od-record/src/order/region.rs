//! Countries and states as an address names them. Order Desk takes any text; carriers, sales channels and the shop's rules
//! compare codes, so another spelling is told of. Nothing is refused: a shop may write countries as it likes.

use serde_json::{Map, Value};

use crate::identifier::tidy;
use crate::text::quoted;

#[cfg(test)]
mod tests;

const ADDRESSES: [&str; 3] = ["shipping", "customer", "return_address"];

/// The officially assigned codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
     BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM \
     FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO \
     JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
     MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA \
     SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US \
     UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// What is written where a code belongs, mostly.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("uk", "GB"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("wales", "GB"),
    ("usa", "US"),
    ("u.s.", "US"),
    ("u.s.a.", "US"),
    ("united states", "US"),
    ("united states of america", "US"),
    ("america", "US"),
    ("canada", "CA"),
    ("australia", "AU"),
    ("new zealand", "NZ"),
    ("ireland", "IE"),
    ("germany", "DE"),
    ("deutschland", "DE"),
    ("france", "FR"),
    ("spain", "ES"),
    ("españa", "ES"),
    ("italy", "IT"),
    ("italia", "IT"),
    ("netherlands", "NL"),
    ("the netherlands", "NL"),
    ("holland", "NL"),
    ("belgium", "BE"),
    ("switzerland", "CH"),
    ("schweiz", "CH"),
    ("austria", "AT"),
    ("österreich", "AT"),
    ("denmark", "DK"),
    ("sweden", "SE"),
    ("norway", "NO"),
    ("finland", "FI"),
    ("poland", "PL"),
    ("portugal", "PT"),
    ("greece", "GR"),
    ("czech republic", "CZ"),
    ("japan", "JP"),
    ("china", "CN"),
    ("india", "IN"),
    ("mexico", "MX"),
    ("brazil", "BR"),
    ("singapore", "SG"),
    ("south korea", "KR"),
    ("south africa", "ZA"),
    ("israel", "IL"),
];

/// States, provinces and territories by name, of countries whose carriers want codes.
const STATES: &[(&str, &[(&str, &str)])] = &[
    (
        "US",
        &[
            ("alabama", "AL"),
            ("alaska", "AK"),
            ("arizona", "AZ"),
            ("arkansas", "AR"),
            ("california", "CA"),
            ("colorado", "CO"),
            ("connecticut", "CT"),
            ("delaware", "DE"),
            ("district of columbia", "DC"),
            ("florida", "FL"),
            ("georgia", "GA"),
            ("hawaii", "HI"),
            ("idaho", "ID"),
            ("illinois", "IL"),
            ("indiana", "IN"),
            ("iowa", "IA"),
            ("kansas", "KS"),
            ("kentucky", "KY"),
            ("louisiana", "LA"),
            ("maine", "ME"),
            ("maryland", "MD"),
            ("massachusetts", "MA"),
            ("michigan", "MI"),
            ("minnesota", "MN"),
            ("mississippi", "MS"),
            ("missouri", "MO"),
            ("montana", "MT"),
            ("nebraska", "NE"),
            ("nevada", "NV"),
            ("new hampshire", "NH"),
            ("new jersey", "NJ"),
            ("new mexico", "NM"),
            ("new york", "NY"),
            ("north carolina", "NC"),
            ("north dakota", "ND"),
            ("ohio", "OH"),
            ("oklahoma", "OK"),
            ("oregon", "OR"),
            ("pennsylvania", "PA"),
            ("puerto rico", "PR"),
            ("rhode island", "RI"),
            ("south carolina", "SC"),
            ("south dakota", "SD"),
            ("tennessee", "TN"),
            ("texas", "TX"),
            ("utah", "UT"),
            ("vermont", "VT"),
            ("virginia", "VA"),
            ("washington", "WA"),
            ("west virginia", "WV"),
            ("wisconsin", "WI"),
            ("wyoming", "WY"),
        ],
    ),
    (
        "CA",
        &[
            ("alberta", "AB"),
            ("british columbia", "BC"),
            ("manitoba", "MB"),
            ("new brunswick", "NB"),
            ("newfoundland and labrador", "NL"),
            ("northwest territories", "NT"),
            ("nova scotia", "NS"),
            ("nunavut", "NU"),
            ("ontario", "ON"),
            ("prince edward island", "PE"),
            ("quebec", "QC"),
            ("québec", "QC"),
            ("saskatchewan", "SK"),
            ("yukon", "YT"),
        ],
    ),
    (
        "AU",
        &[
            ("australian capital territory", "ACT"),
            ("new south wales", "NSW"),
            ("northern territory", "NT"),
            ("queensland", "QLD"),
            ("south australia", "SA"),
            ("tasmania", "TAS"),
            ("victoria", "VIC"),
            ("western australia", "WA"),
        ],
    ),
];

/// What should be said of the countries and states that a change sets.
pub(super) fn remarks(base: &Map<String, Value>, desired: &Map<String, Value>) -> Vec<String> {
    let mut remarks = Vec::new();
    for address in ADDRESSES {
        let part = |order: &Map<String, Value>, name: &str| -> String {
            let part = order
                .get(address)
                .and_then(|address| address.get(name))
                .and_then(Value::as_str);
            tidy(part.unwrap_or_default()).to_owned()
        };
        let changed = |name: &str| part(base, name) != part(desired, name);
        let country = part(desired, "country");
        if changed("country") {
            remarks.extend(country_remark(&country).map(|remark| format!("{address}/country {remark}")));
        }
        if changed("state") || changed("country") {
            let remark = state_remark(&part(desired, "state"), &country);
            remarks.extend(remark.map(|remark| format!("{address}/state {remark}")));
        }
    }
    remarks
}

fn country_remark(country: &str) -> Option<String> {
    if country.is_empty() || is_code(country) {
        return None;
    }
    let meant = match code_of(country) {
        Some(code) => format!("; its code is {code}"),
        None => String::new(),
    };
    Some(format!(
        "was written as given, and is no two-letter code of ISO 3166{meant}. Carriers and channels may not know it: {}.",
        quoted(country)
    ))
}

fn state_remark(state: &str, country: &str) -> Option<String> {
    let country = if is_code(country) {
        Some(country)
    } else {
        code_of(country)
    };
    let folded = state.to_lowercase();
    let code = STATES
        .iter()
        .filter(|(of, _)| country.is_none_or(|country| country == *of))
        .find_map(|(_, states)| states.iter().find(|(name, _)| *name == folded))
        .map(|(_, code)| code)?;
    Some(format!(
        "was written as given, as a name; its code is {code}. Carriers and channels may want the code."
    ))
}

fn is_code(country: &str) -> bool {
    country.len() == 2 && COUNTRIES.split(' ').any(|code| code == country)
}

/// The code that another way of writing a country stands for.
fn code_of(country: &str) -> Option<&'static str> {
    let upper = country.to_uppercase();
    let folded = country.to_lowercase();
    let other = OTHER_NAMES
        .iter()
        .find(|(name, _)| *name == folded)
        .map(|(_, code)| *code);
    other.or_else(|| COUNTRIES.split(' ').find(|code| *code == upper))
}
