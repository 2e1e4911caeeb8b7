//! Between the vault's sealed values and the database's columns: the two do not know each other.

use od_db::SealedColumns;
use od_vault::Sealed;

pub(crate) trait IntoColumns {
    fn into_columns(self) -> SealedColumns;
}

impl IntoColumns for Sealed {
    fn into_columns(self) -> SealedColumns {
        SealedColumns {
            ciphertext: self.ciphertext,
            tag: self.tag,
            nonce: self.nonce,
        }
    }
}

pub(crate) trait IntoSealed {
    fn into_sealed(self) -> Sealed;
}

impl IntoSealed for SealedColumns {
    fn into_sealed(self) -> Sealed {
        Sealed {
            ciphertext: self.ciphertext,
            tag: self.tag,
            nonce: self.nonce,
        }
    }
}
