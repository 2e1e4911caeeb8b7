//! Check digits. The numbers have their form already: ASCII letters and digits, the check digit last.

/// The values of the characters before the last, and the last one's.
fn split(number: &str) -> (impl DoubleEndedIterator<Item = u32> + '_, u32) {
    let (body, check) = number.split_at(number.len() - 1);
    (body.bytes().map(value), value(check.as_bytes()[0]))
}

/// Digits are what they are; letters as UPS counts them, A as 2. Of the sum only the last digit counts.
fn value(byte: u8) -> u32 {
    if byte.is_ascii_digit() {
        u32::from(byte - b'0')
    } else {
        u32::from(byte) - 63
    }
}

/// GS1: from the right, weights 3, 1, 3, 1; what is missing to the next ten.
pub(super) fn mod10(number: &str) -> bool {
    let (body, check) = split(number);
    let sum: u32 = body
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    (10 - sum % 10) % 10 == check
}

/// UPS: every second value counts twice.
pub(super) fn ups(number: &str) -> bool {
    let (body, check) = split(number);
    let sum: u32 = body
        .zip([1, 2].into_iter().cycle())
        .map(|(value, weight)| value * weight)
        .sum();
    (10 - sum % 10) % 10 == check
}

/// FedEx Express: weights 3, 1, 7, modulo 11, where ten counts as zero.
pub(super) fn fedex_express(number: &str) -> bool {
    let (body, check) = split(number);
    let sum: u32 = body
        .zip([3, 1, 7].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    sum % 11 % 10 == check
}

/// DHL Express: the rest of a division by seven.
pub(super) fn mod7(number: &str) -> bool {
    let (body, check) = split(number);
    body.fold(0, |rest, digit| (rest * 10 + digit) % 7) == check
}

/// UPU S10: two letters, eight digits and their check digit, a country.
pub(super) fn s10(number: &str) -> bool {
    let (body, check) = split(&number[2..11]);
    let sum: u32 = body
        .zip([8, 6, 4, 2, 3, 5, 9, 7])
        .map(|(digit, weight)| digit * weight)
        .sum();
    let expected = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    };
    expected == check
}

/// DPD: ISO 7064, mod 37, 36.
pub(super) fn dpd(number: &str) -> bool {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        _ => u32::from(byte - b'A') + 10,
    };
    let (body, check) = number.split_at(number.len() - 1);
    let product = body.bytes().fold(36, |product, byte| {
        let sum = (product + value(byte)) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    (37 - product) % 36 == value(check.as_bytes()[0])
}
