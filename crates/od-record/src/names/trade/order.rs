//! Other names of the fields of an order.

use super::other::{Other, called, said};

const COMPUTED: &str = "order_total is computed by Order Desk from the lines, charges and discounts";
const NO_STATUS: &str = "an order has no status: the folder is its state, which a move changes (orders_move_folder)";

/// What is another thing before there is an order.
pub(super) const NEW_ORDER: &[Other] = &[
    called(&["folder_name"], &["folder"]),
    said(
        &[],
        "an order has no status: the folder is its state, and folder_name or folder_id says where it lands",
        STATUS,
    ),
];

const STATUS: &[&str] = &[
    "status",
    "orderstatus",
    "orderstate",
    "fulfillmentstatus",
    "fulfilmentstatus",
    "stage",
];

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
    said(&[], NO_STATUS, STATUS),
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
    called(&["return_address"], &["return", "returnto", "returns"]),
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
