//! Other names of the arguments of tools, and of the operations of a change.

use super::other::{Other, called, only, said};

const NO_SEARCH: &str =
    "orders_list has no free search, orders_find has: filter by email, source_id, a name, a folder or dates";
const NO_LINES: &str = "orders_list knows no lines: orders_find finds orders by a SKU or an item's name";
const NO_NAMES: &str = "products_list knows no names: it takes codes (SKU), and without any it lists all items";

/// A name may stand in several of them: it means the field that the tool has.
pub(super) const ARGUMENT: &[Other] = &[
    called(
        &["query"],
        &[
            "q",
            "text",
            "search",
            "searchterm",
            "term",
            "keyword",
            "keywords",
            "words",
            "name",
            "customer",
            "customername",
            "lastname",
            "email",
            "phone",
            "sku",
            "code",
            "number",
            "ordernumber",
            "sourceid",
            "orderid",
            "id",
            "tracking",
            "trackingnumber",
            "address",
        ],
    ),
    called(
        &["rows"],
        &[
            "csv",
            "tsv",
            "table",
            "text",
            "data",
            "file",
            "content",
            "input",
            "paste",
            "pasted",
            "shipments",
            "json",
        ],
    ),
    called(&["group_by"], &["group", "by", "breakdown", "dimension", "splitby"]),
    called(
        &["from"],
        &[
            "period",
            "window",
            "range",
            "daterange",
            "timeframe",
            "days",
            "month",
            "interval",
        ],
    ),
    called(&["top"], &["limit", "count", "max", "first", "maxrows", "maxresults"]),
    called(
        &["report"],
        &["name", "type", "kind", "reportname", "reporttype", "which"],
    ),
    called(&["where"], &["filter", "filters", "conditions"]),
    only(
        NO_LINES,
        "folder_name",
        &["sku", "skus", "code", "productcode", "itemcode", "item", "product"],
    ),
    only(
        NO_NAMES,
        "code",
        &["name", "search", "query", "q", "text", "keyword", "title"],
    ),
    only(
        "an order has no status: filter by its folder, with folder_id or folder_name",
        "folder_name",
        &["status", "orderstatus", "state", "stage"],
    ),
    called(
        &["folder_id", "destination_folder_id"],
        &["folder", "folders", "folderids"],
    ),
    called(
        &["destination_folder_name"],
        &[
            "foldername",
            "destination",
            "destinationfolder",
            "target",
            "targetfolder",
            "tofolder",
        ],
    ),
    called(&["destination_folder_id"], &["folderid"]),
    only(
        "customer_first_name, customer_last_name, shipping_first_name and shipping_last_name take one part of a name each",
        "customer_last_name",
        &["customer", "customername", "fullname", "buyer", "recipient"],
    ),
    Other {
        names: &["name"],
        fields: &["store_name"],
        word: "customer_first_name, customer_last_name, shipping_first_name and shipping_last_name take one part of a name each",
        beside: "customer_last_name",
    },
    called(&["customer_last_name"], &["lastname", "surname"]),
    called(&["customer_first_name"], &["firstname"]),
    called(&["customer_phone"], &["phone", "telephone"]),
    called(&["customer_company"], &["company"]),
    called(&["email"], &["customeremail", "emailaddress", "mail", "buyeremail"]),
    called(&["code"], &["sku", "skus", "codes", "productcode", "itemcode"]),
    only(
        "orders_list knows no tracking numbers: orders_find finds an order by one, shipments_list shows those of an order",
        "folder_name",
        &["tracking", "trackingnumber", "trackingno", "trackingcode"],
    ),
    only(
        "orders cannot be searched by their total",
        "folder_name",
        &["total", "ordertotal", "amount"],
    ),
    called(
        &["source_id"],
        &[
            "number",
            "ordernumber",
            "orderno",
            "reference",
            "externalid",
            "externalorderid",
            "channelorderid",
        ],
    ),
    called(&["source_name"], &["channel", "source", "saleschannel", "marketplace"]),
    called(
        &["item_id", "shipment_id", "product_id", "order_id", "store_id"],
        &["id"],
    ),
    called(&["order_id"], &["order", "orderids"]),
    called(&["order_ids"], &["ids", "orders", "orderid"]),
    called(&["product_id"], &["product", "inventoryitemid", "itemid"]),
    called(&["item_id"], &["orderitemid", "lineid", "lineitemid"]),
    called(
        &["search_start_date", "since", "from"],
        &[
            "since",
            "from",
            "start",
            "startdate",
            "after",
            "createdafter",
            "createdatmin",
            "datefrom",
            "fromdate",
            "mindate",
            "orderdate",
            "date",
            "createdat",
        ],
    ),
    called(
        &["search_end_date", "to", "destination_folder_name"],
        &[
            "until",
            "to",
            "end",
            "enddate",
            "before",
            "createdbefore",
            "createdatmax",
            "dateto",
            "todate",
            "maxdate",
        ],
    ),
    called(
        &["modified_start_date"],
        &[
            "modifiedsince",
            "updatedsince",
            "updatedafter",
            "updatedatmin",
            "modifiedafter",
            "updatedat",
        ],
    ),
    called(
        &["modified_end_date"],
        &["updatedbefore", "updatedatmax", "modifiedbefore"],
    ),
    only(
        "offset counts records, not pages: next_offset of a reply is the next page",
        "offset",
        &["page", "pagenumber", "cursor", "pagetoken"],
    ),
    called(&["offset"], &["skip", "startindex"]),
    called(
        &["limit"],
        &[
            "perpage",
            "pagesize",
            "count",
            "size",
            "max",
            "maxresults",
            "top",
            "first",
            "rows",
        ],
    ),
    called(&["order_by"], &["sort", "sortby", "sortfield"]),
    called(
        &["order"],
        &[
            "direction",
            "sortorder",
            "sortdirection",
            "dir",
            "ascending",
            "descending",
        ],
    ),
    only(
        NO_SEARCH,
        "folder_name",
        &["search", "query", "q", "text", "keyword", "filter", "filters"],
    ),
    called(&["fields"], &["include", "columns", "select", "fieldlist"]),
    called(&["fresh"], &["refresh", "nocache", "live"]),
    called(&["dry_run"], &["preview", "simulate", "dry"]),
    called(&["confirm"], &["confirmed", "approve", "approved"]),
    called(&["store"], &["storeid", "storename", "shop", "shopid", "account"]),
    called(
        &["content", "message"],
        &["note", "message", "text", "body", "comment", "content"],
    ),
    called(&["items"], &["orderitems", "lineitems", "lines", "products"]),
    called(&["shipments"], &["rows", "batch"]),
    called(
        &["mutation", "order", "product", "shipment", "item"],
        &["changes", "update", "patch", "data", "record", "payload", "fields"],
    ),
    called(&["ops"], &["operations", "actions", "steps"]),
    called(&["api_key"], &["key", "apitoken", "token"]),
    called(&["expected_stock"], &["stock", "oldstock", "currentstock"]),
    called(&["address_type"], &["type", "kind", "which"]),
    called(&["index"], &["place", "position", "noteindex"]),
];

const NO_APPENDING: &str = "set_discounts takes the list of all discounts the order shall have";

pub(super) const OPERATION: &[Other] = &[
    called(
        &["remove_items"],
        &["deleteitems", "deleteitem", "removelines", "deletelines", "deleteline"],
    ),
    called(
        &["add_items"],
        &["addlines", "addline", "addproducts", "addorderitems", "additem"],
    ),
    called(
        &["update_items"],
        &["updatelines", "updateline", "edititems", "changeitems"],
    ),
    called(
        &["move_folder"],
        &["move", "movetofolder", "setfolder", "changefolder", "setstatus"],
    ),
    called(&["add_note"], &["note", "addcomment", "appendnote", "addnotes"]),
    called(
        &["remove_note"],
        &[
            "deletenote",
            "removenotes",
            "deletenotes",
            "deletecomment",
            "removecomment",
        ],
    ),
    called(
        &["update_address"],
        &["setaddress", "changeaddress", "updateshipping", "updateshippingaddress"],
    ),
    called(
        &["set_fields"],
        &["update", "set", "updatefields", "setfield", "updateorder"],
    ),
    called(
        &["set_order_metadata"],
        &["setmetadata", "updatemetadata", "updateordermetadata"],
    ),
    called(&["set_checkout_data"], &["setcheckout", "updatecheckoutdata"]),
    said(&[], NO_APPENDING, &["adddiscount", "adddiscounts"]),
];
