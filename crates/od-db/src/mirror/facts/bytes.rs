//! The same as bytes, to be stored: numbers of eight bytes, and texts behind their length.

use super::days::day_of;
use super::sent::{Sent, Shipment};
use super::{Fact, Facts, Line};

impl Facts {
    pub(in crate::mirror) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Bytes(Vec::with_capacity(self.all().len() * 200));
        bytes.size(self.names.all().len());
        for text in self.names.all() {
            bytes.size(text.len());
            bytes.0.extend_from_slice(text.as_bytes());
        }
        bytes.size(self.rows.len());
        for fact in &self.rows {
            let numbers = [fact.id, fact.added, fact.folder];
            let likeness = [fact.customer, fact.basket, fact.address, fact.origin, fact.merged];
            let names = [fact.source, fact.country, fact.method, fact.payment].map(i64::from);
            for number in numbers.into_iter().chain(likeness).chain(names).chain(fact.sums) {
                bytes.number(number);
            }
            bytes.size(fact.lines.len());
            for line in &fact.lines {
                for number in [i64::from(line.sku), i64::from(line.name), line.units, line.amount] {
                    bytes.number(number);
                }
            }
            bytes.size(fact.discounts.len());
            for (code, amount) in &fact.discounts {
                bytes.number(i64::from(*code));
                bytes.number(*amount);
            }
            bytes.size(fact.shipments.len());
            for shipment in &fact.shipments {
                bytes.number(shipment.recorded);
                bytes.number(shipment.shipped);
            }
        }
        bytes.0
    }

    /// The same orders, with the days of these offsets, also those on which they were sent. Nothing when the bytes are not as they were written.
    pub(in crate::mirror) fn of_bytes(bytes: &[u8], offsets: &[(i64, i64)]) -> Option<Self> {
        let mut read = Read(bytes);
        let mut facts = Self::new(offsets);
        for _ in 0..read.size()? {
            let length = read.size()?;
            let (text, rest) = read.0.split_at_checked(length)?;
            read.0 = rest;
            facts.names.number(std::str::from_utf8(text).ok()?);
        }
        let rows = read.size()?;
        // No more is reserved than there are bytes for.
        facts.rows.reserve_exact(rows.min(bytes.len() / size_of::<Fact>()));
        for _ in 0..rows {
            let [id, added, folder] = read.numbers()?;
            let [customer, basket, address, origin, merged] = read.numbers()?;
            let [source, country, method, payment] = read.names()?;
            let sums = read.numbers()?;
            let lines = read.size()?;
            let lines = (0..lines).map(|_| read.line()).collect::<Option<_>>()?;
            let discounts = read.size()?;
            let discounts = (0..discounts).map(|_| read.discount()).collect::<Option<_>>()?;
            let shipments = read.size()?;
            let shipments: Box<[Shipment]> = (0..shipments).map(|_| read.shipment()).collect::<Option<_>>()?;
            facts.rows.push(Fact {
                id,
                added,
                sent: Sent::first(&shipments, added, offsets),
                shipments,
                day: day_of(offsets, added),
                folder,
                source,
                country,
                method,
                payment,
                customer,
                basket,
                address,
                origin,
                merged,
                sums,
                lines,
                discounts,
            });
        }
        read.0.is_empty().then_some(facts)
    }
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn size(&mut self, size: usize) {
        self.number(i64::try_from(size).unwrap_or(i64::MAX));
    }
}

struct Read<'a>(&'a [u8]);

impl Read<'_> {
    fn number(&mut self) -> Option<i64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(i64::from_le_bytes(*number))
    }

    fn numbers<const N: usize>(&mut self) -> Option<[i64; N]> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Some(numbers)
    }

    fn names<const N: usize>(&mut self) -> Option<[u32; N]> {
        let mut names = [0; N];
        for name in &mut names {
            *name = self.name()?;
        }
        Some(names)
    }

    fn name(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn line(&mut self) -> Option<Line> {
        Some(Line {
            sku: self.name()?,
            name: self.name()?,
            units: self.number()?,
            amount: self.number()?,
        })
    }

    fn shipment(&mut self) -> Option<Shipment> {
        let [recorded, shipped] = self.numbers()?;
        Some(Shipment { recorded, shipped })
    }

    fn discount(&mut self) -> Option<(u32, i64)> {
        Some((self.name()?, self.number()?))
    }
}
