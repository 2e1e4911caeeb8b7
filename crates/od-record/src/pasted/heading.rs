//! What the columns of a table are called.

#[cfg(test)]
mod tests;

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The order's number in the shop, or its id.
    Order,
    /// Tracking numbers, or links with one.
    Tracking,
    /// Who carries.
    Carrier,
    /// How.
    Service,
    /// When it was sent.
    ShipDate,
    /// How heavy; in what, the table does not tell.
    Weight,
    /// How many of the item.
    Quantity,
    /// Which item.
    Sku,
    /// The customer's e-mail address.
    Email,
    /// The customer's name.
    Name,
    /// Anything else.
    Note,
}

impl Role {
    /// As replies name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Tracking => "tracking",
            Self::Carrier => "carrier",
            Self::Service => "service",
            Self::ShipDate => "ship_date",
            Self::Weight => "weight",
            Self::Quantity => "quantity",
            Self::Sku => "sku",
            Self::Email => "email",
            Self::Name => "name",
            Self::Note => "note",
        }
    }
}

/// English, German, French, Spanish, Italian, Dutch; letters and digits only, without accents.
const WORDS: [(Role, &str); 11] = [
    (
        Role::Order,
        "order ordernumber orderno ordernum ordernr orderid orderdeskid sourceid salesorder salesordernumber bestellnummer bestellnr \
         bestellung auftragsnummer auftragsnr auftrag ndecommande numerodecommande commande nocommande pedido numerodepedido npedido \
         ordine numeroordine ordernummer bestelnummer bestelling",
    ),
    (
        Role::Tracking,
        "tracking trackingnumber trackingno trackingnum trackingnr trackingid trackingcode trackingnumbers trackingreference trackingurl \
         packagetrackingnumber \
         trackinglink trackandtrace tracktrace consignment consignmentnumber waybill waybillnumber parcelnumber sendungsnummer \
         sendungsnr sendungsverfolgung sendungsverfolgungsnummer paketnummer numerodesuivi ndesuivi suivi numerodeseguimiento seguimiento \
         codicetracking numerotracking tracciatura zendingsnummer trackingnummer",
    ),
    (
        Role::Carrier,
        "carrier carriercode carriername shippingcarrier courier shippingcompany provider versanddienst versanddienstleister paketdienst \
         transporteur transportista corriere vervoerder",
    ),
    (
        Role::Service,
        "service shippingservice shippingmethod servicelevel shipmethod carrierservice servicename versandart modedelivraison servicio servizio",
    ),
    (
        Role::ShipDate,
        "shipdate shipped shippedat shippedon shippeddate dateshipped dateshippeddate shippingdate shipmentdate dispatched dispatchdate fulfilledat \
         versanddatum versendet versandtag dateexpedition datedexpedition expedie fechadeenvio datadispedizione dataspedizione \
         verzenddatum",
    ),
    (
        Role::Weight,
        "weight weightlb weightlbs weightoz weightkg weightg shipmentweight gewicht poids peso",
    ),
    (
        Role::Quantity,
        "quantity qty qtyshipped quantityshipped units unitsshipped pieces pcs menge anzahl stuck stueck quantite qte cantidad quantita aantal",
    ),
    (
        Role::Sku,
        "sku itemsku itemcode itemnumber itemno productcode productsku partnumber partno articlenumber articleno artikelnummer artikelnr \
         codearticle codigo articolo",
    ),
    (
        Role::Email,
        "email mail emailaddress customeremail buyeremail emailadresse adressemail correo correoelectronico",
    ),
    (
        Role::Name,
        "name customer customername recipient recipientname shipto shiptoname buyer buyername kunde kundenname empfanger empfaenger client \
         nomduclient destinataire cliente destinatario klant ontvanger",
    ),
    (
        Role::Note,
        "note notes comment comments remark remarks bemerkung bemerkungen kommentar commentaire commentaires nota notas opmerking",
    ),
];

/// Words that count where no column has one of those above: a reference can be anything, products have barcodes, too, and orders have
/// days.
const WEAK_WORDS: [(Role, &str); 3] = [
    (
        Role::Order,
        "orderref orderreference ponumber pono po purchaseorder reference ref referencenumber packagereference packagereferencenumber",
    ),
    (Role::Tracking, "awb barcode"),
    (Role::ShipDate, "date datum fecha data"),
];

/// Digits that programs put behind a second column of the same name; more of them are a date.
const MOST_DIGITS: usize = 2;

/// Whether a heading says what it does only where no other one says it.
pub(super) fn is_weak(heading: &str) -> bool {
    said(heading).is_some_and(|(_, is_weak)| is_weak)
}

/// What a heading says its column is about. Case, accents, marks, and the numbers that programs put behind a second column of the
/// same name do not count.
pub(super) fn role(heading: &str) -> Option<Role> {
    said(heading).map(|(role, _)| role)
}

fn said(heading: &str) -> Option<(Role, bool)> {
    let plain = plain(heading);
    if plain.is_empty() {
        return None;
    }
    let again = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let again = if plain.len() - again.len() > MOST_DIGITS {
        &plain
    } else {
        again
    };
    let again = again.strip_suffix("duplicated").unwrap_or(again);
    known(&plain).or_else(|| known(again))
}

fn known(plain: &str) -> Option<(Role, bool)> {
    let of = |words: &[(Role, &str)]| {
        words
            .iter()
            .find(|(_, words)| words.split_ascii_whitespace().any(|word| word == plain))
            .map(|(role, _)| *role)
    };
    let strong = of(&WORDS).map(|role| (role, false));
    strong.or_else(|| of(&WEAK_WORDS).map(|role| (role, true)))
}

/// Small letters and digits.
pub(super) fn plain(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() && !matches!(c, 'º' | 'ª'))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à'..='å' => 'a',
            'è'..='ë' => 'e',
            'ì'..='ï' => 'i',
            'ò'..='ö' => 'o',
            'ù'..='ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}
