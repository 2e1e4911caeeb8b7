use super::decode;

#[test]
fn what_spreadsheets_write() {
    let text = "N° de commande";
    let wide: Vec<u16> = text.encode_utf16().collect();
    let little: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(wide.iter().flat_map(|unit| unit.to_le_bytes()))
        .collect();
    let big: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(wide.iter().flat_map(|unit| unit.to_be_bytes()))
        .collect();
    for bytes in [
        text.as_bytes(),
        "\u{feff}N° de commande".as_bytes(),
        &little,
        &big,
        b"N\xb0 de commande",
    ] {
        assert_eq!(decode(bytes), text, "{bytes:?}");
    }
    assert_eq!(decode(b"d\x92exp\xe9dition"), "d’expédition");
}
