//! Other names of the fields of records, those of an order left out.

use super::other::{Other, called, said};
use crate::names::of::NameOf;

const NO_SIZE: &str = "Order Desk has no field for sizes";

pub(super) const ORDER_ITEM: &[Other] = &[
    called(
        &["code"],
        &[
            "sku",
            "itemcode",
            "productcode",
            "itemsku",
            "variantsku",
            "itemnumber",
            "partnumber",
            "articlenumber",
        ],
    ),
    called(
        &["quantity"],
        &["qty", "count", "units", "pieces", "quantityordered", "qtyordered"],
    ),
    called(
        &["name"],
        &["title", "productname", "itemname", "description", "producttitle"],
    ),
    called(&["price"], &["unitprice", "priceperunit", "itemprice", "unitamount"]),
    called(&["id"], &["itemid", "lineid", "lineitemid", "orderitemid"]),
    called(&["weight"], &["unitweight", "grams"]),
    called(
        &["variation_list"],
        &[
            "variations",
            "variants",
            "variation",
            "variant",
            "options",
            "selectedoptions",
            "attributes",
        ],
    ),
    called(
        &["metadata"],
        &[
            "meta",
            "properties",
            "customfields",
            "itemmetadata",
            "image",
            "imageurl",
        ],
    ),
    called(&["category_code"], &["category"]),
    called(
        &["delivery_type"],
        &["deliverymethod", "shippable", "requiresshipping", "itemtype"],
    ),
    called(
        &["fulfillment_method"],
        &["fulfillment", "fulfilment", "fulfillmentservice"],
    ),
    said(
        &[],
        "a line's total is its price times its quantity",
        &["total", "linetotal", "subtotal", "rowtotal", "amount"],
    ),
    said(
        &[],
        "tax is one of the whole order: tax_total",
        &["tax", "taxes", "vat"],
    ),
    said(&[], NO_SIZE, SIZES),
];

pub(super) const SHIPMENT: &[Other] = &[
    called(
        &["tracking_number"],
        &[
            "tracking",
            "trackingno",
            "trackingcode",
            "trackingid",
            "trackingnumbers",
            "awb",
            "waybill",
            "consignment",
        ],
    ),
    called(
        &["carrier_code"],
        &[
            "carrier",
            "carriername",
            "courier",
            "provider",
            "shippingcarrier",
            "trackingcompany",
        ],
    ),
    called(
        &["shipment_method"],
        &[
            "service",
            "method",
            "servicecode",
            "servicelevel",
            "shippingmethod",
            "shippingservice",
        ],
    ),
    called(&["tracking_url"], &["url", "link", "trackinglink", "trackingurls"]),
    called(
        &["date_shipped"],
        &[
            "shippedat",
            "shipdate",
            "shippeddate",
            "date",
            "shippingdate",
            "shipped",
        ],
    ),
    called(
        &["order_items"],
        &["items", "lineitems", "lines", "contents", "products"],
    ),
    called(&["cost"], &["price", "shippingcost", "postage", "amount", "rate"]),
    called(&["status"], &["state", "shipmentstatus", "trackingstatus"]),
    said(&[], NO_SIZE, SIZES),
];

pub(super) const SHIPMENT_LINE: &[Other] = &[
    called(&["id"], &["itemid", "lineid", "lineitemid", "orderitemid"]),
    called(&["quantity"], &["qty", "count", "units", "pieces"]),
    called(&["code"], &["sku", "itemcode", "productcode"]),
    called(&["name"], &["title", "productname", "description"]),
];

pub(super) const INVENTORY_ITEM: &[Other] = &[
    called(
        &["code"],
        &[
            "sku",
            "itemcode",
            "productcode",
            "itemnumber",
            "itemsku",
            "partnumber",
            "articlenumber",
        ],
    ),
    called(
        &["name"],
        &["title", "productname", "itemname", "description", "producttitle"],
    ),
    called(
        &["stock"],
        &[
            "qty",
            "quantity",
            "inventory",
            "onhand",
            "available",
            "instock",
            "stocklevel",
            "stockcount",
            "stockquantity",
            "inventoryquantity",
        ],
    ),
    called(&["price"], &["unitprice", "saleprice", "retailprice", "listprice"]),
    called(&["cost"], &["unitcost", "costprice", "purchaseprice", "wholesale"]),
    called(&["location"], &["warehouse", "bin", "shelf"]),
    called(
        &["manufacturer_sku"],
        &[
            "mpn",
            "vendorsku",
            "suppliersku",
            "manufacturercode",
            "manufacturerpartnumber",
        ],
    ),
    called(
        &["variation_list"],
        &[
            "variations",
            "variants",
            "variation",
            "variant",
            "options",
            "attributes",
        ],
    ),
    called(&["metadata"], &["meta", "customfields", "properties"]),
    called(&["update_source"], &["source", "updatedby"]),
    said(&[], NO_SIZE, SIZES),
];

pub(super) const ADDRESS: &[Other] = &[
    called(&["postal_code"], &["zip", "zipcode", "postcode", "postal", "plz"]),
    called(
        &["address1"],
        &[
            "street",
            "street1",
            "streetaddress",
            "addressline1",
            "address",
            "line1",
            "addr1",
        ],
    ),
    called(
        &["address2"],
        &[
            "street2",
            "addressline2",
            "line2",
            "addr2",
            "apartment",
            "apt",
            "suite",
            "unit",
        ],
    ),
    called(&["address3"], &["street3", "addressline3", "line3"]),
    called(
        &["state"],
        &[
            "province",
            "region",
            "county",
            "stateprovince",
            "provincecode",
            "statecode",
        ],
    ),
    called(&["country"], &["countrycode", "countryname", "countryiso"]),
    called(&["city"], &["town", "locality", "suburb"]),
    called(&["first_name"], &["givenname", "forename"]),
    called(&["last_name"], &["surname", "familyname"]),
    called(
        &["company"],
        &["companyname", "organization", "organisation", "business"],
    ),
    called(&["phone"], &["telephone", "tel", "mobile", "cell", "phonenumber"]),
    said(
        &["name"],
        "first_name and last_name hold the name",
        &["name", "fullname", "contact", "contactname", "recipient", "attention"],
    ),
];

pub(super) const DISCOUNT: &[Other] = &[
    called(&["name"], &["title", "label", "description"]),
    called(&["amount"], &["value", "total", "price", "discount"]),
    called(&["code"], &["coupon", "couponcode", "promocode"]),
];

pub(super) const NOTE: &[Other] = &[
    called(&["content"], &["text", "note", "message", "body", "comment"]),
    called(&["username"], &["author", "user", "by", "createdby", "name"]),
    called(&["date_added"], &["date", "createdat", "created"]),
];

const SIZES: &[&str] = &["height", "length", "width", "depth", "dimensions", "size"];

/// Order Desk's own names that are asked for outside the record they belong to.
pub(in crate::names) fn own(of: NameOf) -> &'static [&'static str] {
    match of {
        NameOf::Address => &[
            "first_name",
            "last_name",
            "company",
            "address1",
            "address2",
            "city",
            "state",
            "postal_code",
            "country",
            "phone",
        ],
        NameOf::Shipment => &[
            "tracking_number",
            "carrier_code",
            "shipment_method",
            "tracking_url",
            "date_shipped",
            "weight",
            "cost",
        ],
        NameOf::OrderItem => &[
            "name",
            "code",
            "price",
            "quantity",
            "weight",
            "variation_list",
            "metadata",
        ],
        NameOf::InventoryItem => &["name", "code", "price", "cost", "stock", "weight", "location"],
        NameOf::Order => &[
            "order_items",
            "shipping",
            "customer",
            "email",
            "source_id",
            "source_name",
            "shipping_method",
        ],
        NameOf::NewOrder => of.only_when_new(),
        _ => &[],
    }
}
