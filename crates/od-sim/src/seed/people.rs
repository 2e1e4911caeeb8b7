//! Who orders. All invented; addresses use reserved domains and fictitious numbers.

pub(super) struct Person {
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) company: &'static str,
    pub(super) address1: &'static str,
    pub(super) address2: &'static str,
    pub(super) city: &'static str,
    pub(super) state: &'static str,
    pub(super) postal_code: &'static str,
    pub(super) country: &'static str,
    pub(super) mailbox: &'static str,
    /// One of the hundred numbers that are nobody's.
    pub(super) phone: String,
}

impl Person {
    pub(super) fn email(&self) -> String {
        format!("{}@example.test", self.mailbox)
    }
}

/// Columns: first and last name, company, street, second line, city, state, postal code, country, mailbox.
type Row = [&'static str; 10];

pub(super) fn person(index: usize) -> Person {
    let [
        first,
        last,
        company,
        address1,
        address2,
        city,
        state,
        postal_code,
        country,
        mailbox,
    ] = ROWS[index % ROWS.len()];
    // Whoever stands there twice is one person.
    let line = ROWS.iter().position(|row| row[9] == mailbox).unwrap_or_default();
    Person {
        first,
        last,
        company,
        address1,
        address2,
        city,
        state,
        postal_code,
        country,
        mailbox,
        phone: format!("555-01{:02}", 3 * line + 1),
    }
}

pub(super) const COUNT: usize = ROWS.len();

#[rustfmt::skip]
const ROWS: [Row; 30] = [
    ["Ada", "Quill", "", "12 Sample Row", "Unit 4", "Springtown", "OR", "97999", "US", "ada.quill"],
    ["Zoë", "Lindqvist", "", "Björkgatan 7", "", "Malmö", "", "211 00", "SE", "zoe"],
    ["Marisol", "Ybarra-Peña", "", "480 Alameda Ct", "Apt 2B", "Santa Fe", "NM", "87500", "US", "marisol.y"],
    ["Seán", "Ó Faoláin", "", "3 Quay Lane", "", "Galway", "", "H91 000", "IE", "sean.of"],
    ["Thu", "Nguyễn", "Phở & Friends LLC", "77 Harbor Blvd", "Suite 300", "Houston", "TX", "77000", "US", "orders.pho"],
    ["佐藤", "花子", "", "架空町1-2-3", "", "札幌市", "北海道", "060-0000", "JP", "hanako.s"],
    ["Oluwaseun", "Adeyemi", "", "9 Marina Close", "", "Lagos", "LA", "100001", "NG", "seun"],
    ["Bob", "Smith", "", "1 Main St", "", "Springfield", "IL", "62700", "US", "bob"],
    ["Bob", "Smith", "", "1 Main St", "", "Springfield", "IL", "62700", "US", "bob"],
    ["Łucja", "Wójcik", "", "ul. Zmyślona 15", "m. 8", "Łódź", "", "90-000", "PL", "lucja"],
    ["Jean-Luc", "d'Arcy", "Atelier d'Arcy", "22 rue de l'Exemple", "", "Montréal", "QC", "H2X 0A0", "CA", "atelier"],
    ["نور", "الحسن", "", "١٢ شارع المثال", "", "Amman", "", "11100", "JO", "noor"],
    ["Priya", "Raghunathan", "", "14 Lake View Road", "", "Bengaluru", "KA", "560000", "IN", "priya.r"],
    ["Mary Ann", "van der Berg", "", "Voorbeeldstraat 101", "", "Utrecht", "", "3500 AA", "NL", "maryann"],
    ["X", "Æ", "", "PO Box 12", "", "Nome", "AK", "99700", "US", "x.ae"],
    ["Tomás", "Ferreira", "", "Rua do Exemplo 8, 2.º", "", "Porto", "", "4000-000", "PT", "tomas"],
    ["Grace", "O'Neil", "O'Neil & Daughters", "56 Fulton Ave", "", "Brooklyn", "NY", "11200", "US", "grace"],
    ["Nils", "Ångström", "", "Provvägen 3", "", "Uppsala", "", "750 00", "SE", "nils"],
    ["Wanjiru", "Kamau", "", "PO Box 40100", "", "Kisumu", "", "40100", "KE", "wanjiru"],
    ["Dmitri", "Volkov", "", "600 Cedar St", "", "Fargo", "ND", "58100", "US", "dmitri"],
    ["Anaïs", "Lefèvre", "", "5 place Fictive", "", "Lyon", "", "69000", "FR", "anais"],
    ["Kalani", "Kahananui", "", "88 Plumeria Way", "", "Hilo", "HI", "96700", "US", "kalani"],
    ["Jürgen", "Groß", "Groß Büromöbel GmbH", "Musterweg 10", "Hinterhof", "Köln", "", "50000", "DE", "einkauf"],
    ["Emoji", "Fan 🎁", "", "4 Party Pl", "", "Boise", "ID", "83700", "US", "emoji.fan"],
    ["Isabella", "Rossi", "", "Via Finta 21", "", "Bologna", "BO", "40100", "IT", "isa"],
    ["Hank", "Abernathy", "", "Rural Route 2 Box 7", "", "Burns", "OR", "97700", "US", "hank"],
    ["Ngozi", "Eze", "", "31 Elm Terrace", "", "Leeds", "", "LS1 0AA", "GB", "ngozi"],
    ["Chloé", "Tremblay", "", "900 boul. Inventé", "app. 12", "Québec", "QC", "G1A 0A0", "CA", "chloe"],
    ["Sam", "Ortiz", "Ortiz Events", "210 Mesa Dr", "", "El Paso", "TX", "79900", "US", "events"],
    ["Mei", "Tan", "", "12 Orchard Example Link", "#08-123", "Singapore", "", "238800", "SG", "mei"],
];

pub(super) const GIFT_MESSAGES: [&str; 8] = [
    "Happy birthday, Grandpa! Love from all of us.",
    "Alles Gute zum Einzug! 🏠",
    "¡Felicidades! Con cariño, Marisol",
    "To the best team: thank you for 2 great years.",
    "お誕生日おめでとう!",
    "For Ngozi - because every desk needs a decent mug.",
    "Congratulations on the new baby!\nSee you in May.",
    "Merci pour tout ❤️",
];

pub(super) const NOTES: [&str; 8] = [
    "Asked to leave at the back door",
    "Customer called: please ship before Friday",
    "Artwork approved by phone",
    "Replacement for a broken mug, no charge for shipping",
    "Wholesale account, invoice on the 1st",
    "Address confirmed by e-mail",
    "Gift: do not include prices",
    "Second attempt, first parcel came back",
];
