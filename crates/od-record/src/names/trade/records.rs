//! Other names of the fields of records.

use super::other::{Other, called, said};
use crate::names::of::NameOf;

const COMPUTED: &str = "order_total is computed by Order Desk from the lines, charges and discounts";
const NO_STATUS: &str = "an order has no status: the folder is its state, which a move changes (orders_move_folder)";
const NO_SIZE: &str = "Order Desk has no field for sizes";

pub(super) const ORDER: &[Other] = &[
    said(
        &["order_total"],
        COMPUTED,
        &[
            "total",
            "grandtotal",
            "totalprice",
            "amount",
            "totalamount",
            "amounttotal",
        ],
    ),
    said(
        &["product_total"],
        "product_total is computed by Order Desk from the lines",
        &["subtotal", "itemtotal", "itemstotal"],
    ),
    said(
        &["weight_total"],
        "weight_total is computed by Order Desk from the lines",
        &["weight", "totalweight"],
    ),
    said(
        &["quantity_total"],
        "quantity_total is computed by Order Desk from the lines",
        &["quantity", "totalquantity"],
    ),
    said(
        &[],
        NO_STATUS,
        &[
            "status",
            "orderstatus",
            "orderstate",
            "fulfillmentstatus",
            "fulfilmentstatus",
            "stage",
        ],
    ),
    said(
        &["folder_id"],
        "an order's folder changes by a move: the move_folder operation, or orders_move_folder",
        &["folder", "foldername"],
    ),
    said(
        &["order_shipments"],
        "belongs to a shipment: shipments_create and shipments_update",
        &[
            "tracking",
            "trackingno",
            "trackingnumber",
            "trackingcode",
            "trackingurl",
            "carrier",
            "carriercode",
            "shipments",
            "shipment",
        ],
    ),
    said(
        &["customer_name"],
        "customer and shipping hold first_name and last_name",
        &[
            "name",
            "customername",
            "fullname",
            "buyer",
            "buyername",
            "recipientname",
        ],
    ),
    called(
        &["customer"],
        &[
            "billing",
            "billingaddress",
            "billto",
            "customeraddress",
            "invoiceaddress",
        ],
    ),
    called(
        &["shipping"],
        &[
            "shipto",
            "shippingaddress",
            "deliveryaddress",
            "recipient",
            "delivery",
            "address",
        ],
    ),
    called(&["return_address"], &["returnto", "returns"]),
    called(
        &["order_items"],
        &["lineitems", "items", "lines", "products", "orderlines", "itemlist"],
    ),
    called(
        &["order_notes"],
        &[
            "note",
            "notes",
            "comment",
            "comments",
            "memo",
            "remark",
            "remarks",
            "customernote",
            "internalnotes",
        ],
    ),
    called(
        &["discount_list"],
        &["discount", "discounts", "coupon", "coupons", "couponcode", "promotions"],
    ),
    called(
        &["tax_total"],
        &["tax", "taxes", "taxamount", "totaltax", "vat", "salestax"],
    ),
    called(
        &["shipping_total"],
        &[
            "shippingcost",
            "shippingprice",
            "shippingamount",
            "shippingcharge",
            "freight",
            "postage",
            "deliverycost",
            "totalshipping",
        ],
    ),
    called(&["handling_total"], &["handling", "handlingfee", "handlingcost"]),
    called(
        &["shipping_method"],
        &[
            "shippingservice",
            "deliverymethod",
            "shippingoption",
            "shippingmethodname",
        ],
    ),
    called(&["payment_type"], &["paymentmethod", "paymentgateway", "gateway"]),
    called(&["payment_status"], &["paymentstate", "financialstatus", "paidstatus"]),
    called(
        &["email"],
        &["customeremail", "emailaddress", "mail", "buyeremail", "contactemail"],
    ),
    said(
        &["source_id"],
        "source_id is the channel's order number, and is set when the order is created",
        &[
            "ordernumber",
            "orderno",
            "number",
            "reference",
            "orderreference",
            "externalid",
            "externalorderid",
            "channelorderid",
        ],
    ),
    called(
        &["source_name"],
        &["channel", "source", "saleschannel", "marketplace", "storefront"],
    ),
    said(
        &["date_added"],
        "date_added is set when the order is created",
        &[
            "created",
            "createdat",
            "createddate",
            "orderdate",
            "date",
            "placedat",
            "dateordered",
            "datecreated",
        ],
    ),
    said(
        &["date_updated"],
        "date_updated is kept by Order Desk",
        &[
            "updated",
            "updatedat",
            "modified",
            "modifiedat",
            "lastmodified",
            "datemodified",
            "lastupdated",
        ],
    ),
    called(&["order_metadata"], &["metadata", "meta", "metafields"]),
    called(
        &["checkout_data"],
        &[
            "checkout",
            "checkoutfields",
            "customfields",
            "customattributes",
            "noteattributes",
            "giftmessage",
        ],
    ),
    said(
        &["order_history"],
        "the order history is appended to with orders_create_history",
        &["history", "events", "timeline", "log"],
    ),
    called(&["tag_name"], &["tag", "tags", "label", "labels"]),
    called(&["ip_address"], &["ip", "browserip", "clientip"]),
    said(
        &[],
        "an order has no currency: it is a setting of the store",
        &["currency", "currencycode"],
    ),
    said(
        &["refund_total"],
        "refunds are made in Order Desk",
        &["refund", "refunds", "refunded", "refundamount"],
    ),
];

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
pub(super) fn own(of: NameOf) -> &'static [&'static str] {
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
        _ => &[],
    }
}
