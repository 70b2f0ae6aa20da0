#include "tests/differential/world.h"

#include <cmath>
#include <cstdio>
#include <limits>

#include "engine/base/check.h"
#include "engine/wire/schema_loader.h"

namespace sluice::differential {

using parcel::Field;
using parcel::ValueType;

namespace {

constexpr const char* kSmallSchema = R"(
attribute "timestamp";
attribute "duration";
attribute "money";
attribute "unit";
attribute "required_at";
attribute "max_bytes";
attribute "max_items";
attribute "text";
attribute "presence_mask";
attribute "flatten";
enum Way : ubyte { import = 0, export = 1 }
enum Stage : ubyte { declared = 0, scanned = 1 }
enum Grade : short { low = -3, mid = 0, high = 7 }
struct Plain { a: int; b: double; flag: bool; big: ulong; }
struct Masked {
  presence: uint (presence_mask);
  n: short;
  r: float;
  t: long (timestamp: "us");
  span: int (duration: "s");
  code: [ubyte:4] (text);
}
struct Flat { m: int; w: uint (unit: "g"); c: [ubyte:3] (text); }
table Inner {
  v: int = null;
  d: double = null;
  s: string;
  kg: double = null (unit: "kg");
  currency: string (max_bytes: 3);
  price: long = null (money: "currency");
  numbers: [int];
  words: [string];
}
table Leaf { x: int = 5; y: ulong = null; z: string; inner: Inner; }
table Line {
  n: int = null;
  u: ulong = null;
  d: double = null;
  s: string (required_at: "scanned");
  when: long = null (timestamp: "s");
  inner: Inner;
  leaves: [Leaf] (max_items: 200);
  words: [string];
}
table Root {
  id: string;
  at: long = null (timestamp: "ns");
  office: string;
  stage: Stage;
  way: Way = null;
  draw: string;
  i64: long = null (required_at: "declared");
  u64: ulong = null;
  i8: byte = -7;
  u16: ushort = null;
  f32: float = null;
  f64: double = null;
  flag: bool;
  maybe: bool = null;
  text: string;
  span: long = null (duration: "ms");
  grade: Grade = null;
  plain: Plain;
  masked: Masked;
  flat: Flat (flatten);
  inner: Inner;
  lines: [Line];
  numbers: [long];
  reals: [double];
  bigs: [ulong];
  words: [string];
  flags: [bool];
}
root_type Root;
)";

void Collect(const parcel::Catalog& catalog, std::uint32_t record, const std::string& prefix,
             RecordFields* fields) {
  const parcel::Record& shape = catalog.records[record];
  for (const Field& field : shape.fields) {
    if (field.hidden || field.label) continue;
    FieldPlace place{prefix + field.name, &field, ""};
    if (field.type == ValueType::kMoney) {
      place.currency_path = prefix + shape.fields[field.currency_field].name;
    }
    if (field.type == ValueType::kList) {
      fields->vectors.push_back(place);
    } else if (field.type == ValueType::kRecord) {
      fields->records.push_back(place);
      Collect(catalog, field.record, prefix + field.name + ".", fields);
    } else {
      fields->scalars.push_back(place);
    }
  }
}

Schema Finish(Schema schema) {
  schema.fields.resize(schema.catalog.records.size());
  for (std::uint32_t i = 0; i < schema.catalog.records.size(); ++i) {
    Collect(schema.catalog, i, "", &schema.fields[i]);
  }
  return schema;
}

}  // namespace

const Schema& DefaultSchema() {
  static const Schema& schema = *new Schema(Finish({.text = "",
                                                    .catalog = wire::DefaultCatalog(),
                                                    .fields = {},
                                                    .id = "parcel_id",
                                                    .received = "received_at",
                                                    .office = "office",
                                                    .phase = "phase",
                                                    .direction = "direction",
                                                    .draw_id = ""}));
  return schema;
}

const Schema& SmallSchema() {
  static const Schema& schema = *new Schema([] {
    auto catalog = wire::LoadSchema(kSmallSchema, "schema.fbs", {}, "");
    SLUICE_CHECK(catalog.ok());
    Schema small{.text = kSmallSchema,
                 .catalog = *std::move(catalog),
                 .fields = {},
                 .id = "id",
                 .received = "at",
                 .office = "office",
                 .phase = "stage",
                 .direction = "way",
                 .draw_id = "draw"};
    return Finish(std::move(small));
  }());
  return schema;
}

const std::vector<std::int64_t>& IntPool() {
  using Limits = std::numeric_limits<std::int64_t>;
  static const std::vector<std::int64_t>& pool = *new std::vector<std::int64_t>{0,
                                                                                0,
                                                                                1,
                                                                                1,
                                                                                2,
                                                                                2,
                                                                                3,
                                                                                3,
                                                                                5,
                                                                                7,
                                                                                10,
                                                                                40,
                                                                                100,
                                                                                127,
                                                                                128,
                                                                                255,
                                                                                256,
                                                                                999,
                                                                                1000,
                                                                                1001,
                                                                                65535,
                                                                                -1,
                                                                                -1,
                                                                                -2,
                                                                                -3,
                                                                                -7,
                                                                                -100,
                                                                                2147483647,
                                                                                2147483648,
                                                                                -2147483648,
                                                                                4294967295,
                                                                                9007199254740992,
                                                                                9007199254740993,
                                                                                Limits::max(),
                                                                                Limits::max() - 1,
                                                                                Limits::min(),
                                                                                Limits::min() + 1};
  return pool;
}

const std::vector<std::uint64_t>& UintPool() {
  static const std::vector<std::uint64_t>& pool =
      *new std::vector<std::uint64_t>{0,
                                      0,
                                      1,
                                      1,
                                      2,
                                      3,
                                      5,
                                      7,
                                      10,
                                      100,
                                      255,
                                      1000,
                                      4294967296,
                                      9007199254740993,
                                      9223372036854775807u,
                                      9223372036854775808u,
                                      ~std::uint64_t{0},
                                      ~std::uint64_t{0} - 1};
  return pool;
}

const std::vector<double>& DoublePool() {
  static const std::vector<double>& pool = *new std::vector<double>{0.0,
                                                                    -0.0,
                                                                    0.1,
                                                                    0.2,
                                                                    0.5,
                                                                    -0.5,
                                                                    1.0,
                                                                    1.0,
                                                                    1.5,
                                                                    2.0,
                                                                    2.5,
                                                                    3.0,
                                                                    7.0,
                                                                    100.0,
                                                                    -1.0,
                                                                    -7.25,
                                                                    1e-300,
                                                                    4.9e-324,
                                                                    1e300,
                                                                    1.7976931348623157e308,
                                                                    9007199254740992.0,
                                                                    9223372036854775808.0,
                                                                    -9223372036854775808.0,
                                                                    18446744073709551616.0,
                                                                    9223372036854774784.0,
                                                                    0.35,
                                                                    2.0000001};
  return pool;
}

const std::vector<std::string>& TextPool() {
  static const std::vector<std::string>& pool =
      *new std::vector<std::string>{"",
                                    "A",
                                    "a",
                                    "ab",
                                    "abc",
                                    "AB",
                                    "CN",
                                    "CN",
                                    "US",
                                    "US",
                                    "DE",
                                    "0",
                                    "1",
                                    "02",
                                    "0201",
                                    "020130",
                                    "9610",
                                    "9610",
                                    "1210",
                                    "C07",
                                    "toy gun",
                                    "Toy Gun",
                                    "toy:gun",
                                    "gun",
                                    "TOY GUNS",
                                    "\xEF\xBC\xA7\xEF\xBC\xB5N toy",
                                    "王小明",
                                    "Wang Xiaoming",
                                    "Xiaoming Wagn",
                                    "Юрий",
                                    "battery",
                                    "包裹",
                                    "包裹 42",
                                    "é",
                                    "É",
                                    "iPhone 手机",
                                    "\xF0\x9F\x93\xA6",
                                    " pad ",
                                    "\xC2\xA0x\xE3\x80\x80",
                                    "\t",
                                    "  ",
                                    "\xC2\x85z",
                                    "true",
                                    "True",
                                    "T",
                                    "false",
                                    "-7",
                                    "+5",
                                    "12",
                                    "1000",
                                    "9223372036854775808",
                                    "1e3",
                                    "0.5",
                                    "+0.5",
                                    "1e400",
                                    "1e-400",
                                    "NaN",
                                    "nan",
                                    "inf",
                                    "Infinity",
                                    "-Infinity",
                                    " 1",
                                    "0x10",
                                    "1.",
                                    ".5",
                                    "-0",
                                    "2026-03-01T00:00:00Z",
                                    "2026-03-01T10:00:00.5+08:00",
                                    "2026-02-30T00:00:00Z",
                                    "0000-01-01T00:00:00Z",
                                    "9999-12-31T23:59:59Z",
                                    "1h30m",
                                    "-1.5s",
                                    "0",
                                    "90s",
                                    "1d",
                                    "1h 1m",
                                    "106751d",
                                    "a\"b\\c'd",
                                    "zzz",
                                    "\xEF\xBF\xBD"};
  return pool;
}

const std::vector<std::string>& OfficePool() {
  static const std::vector<std::string>& pool =
      *new std::vector<std::string>{"4600", "4604", "0100", "A"};
  return pool;
}

const std::vector<std::string>& CurrencyPool() {
  static const std::vector<std::string>& pool =
      *new std::vector<std::string>{"CNY", "CNY", "CNY", "USD", "USD", "EUR", "JPY", "KWD", "XTS"};
  return pool;
}

const std::vector<std::int64_t>& SecondsPool() {
  static const std::vector<std::int64_t>& pool = *new std::vector<std::int64_t>{
      1774735199,   1774735200,  1772945999, 1772946000, 1793505599, 1793505600,
      1793509200,   1772294400,  1772294399, 1772294401, 1772323200, 1772323199,
      1772380800,   1772409600,  1772353800, 1772341200, 1772953200, 1772953199,
      1772949600,   1774746000,  1774745999, 1793494800, 1775001600, 0,
      -1,           1,           951782400,  1709164800, 4102444799, -2208988800,
      -62135596800, 253402300799,
      // After the last change that zones' files list.
      2540246400, 2551000000, 16725225599, 20000001600};
  return pool;
}

const std::vector<std::string>& DayPool() {
  static const std::vector<std::string>& pool =
      *new std::vector<std::string>{"2026-02-28", "2026-03-01", "2026-03-02", "2026-03-08",
                                    "2026-03-29", "2026-11-01", "2025-12-31", "2000-02-29"};
  return pool;
}

const std::vector<std::string>& ZonePool() {
  static const std::vector<std::string>& pool = *new std::vector<std::string>{
      "Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin",
      // Midnight does not exist there, or twice, on some of the days of DayPool.
      "Asia/Kathmandu", "Asia/Beirut", "America/Havana",
      // Half an hour of summer time in the south; a change before midnight of the day that the rule names.
      "Australia/Lord_Howe", "America/Nuuk"};
  return pool;
}

std::string CelText(const std::string& text) {
  std::string literal = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') literal += '\\';
    if (c == 0xC2 && static_cast<unsigned char>(text[i + 1]) == 0x85) {
      literal += "\\u0085";  // a line break to YAML
      ++i;
    } else if (c < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x", c);
      literal += escape;
    } else {
      literal += text[i];
    }
  }
  return literal + "\"";
}

std::string CelDouble(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  std::string literal = text;
  const bool plain = literal.find_first_of(".e") == std::string::npos;
  return plain ? literal + ".0" : literal;
}

}  // namespace sluice::differential
