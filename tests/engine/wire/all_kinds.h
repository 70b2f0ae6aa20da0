// A schema with every kind of field that the catalogue knows, and some that it does not.
#pragma once

#include <string>

namespace sluice::wire {

inline const std::string kAllKindsSchema = R"fbs(
attribute "timestamp";
attribute "duration";
attribute "money";
attribute "unit";
attribute "personal";
attribute "required_at";
attribute "max_bytes";
attribute "max_items";
attribute "label";
attribute "text";
attribute "presence_mask";
attribute "flatten";

namespace test;

enum Colour : short { red = -3, none = 0, green = 1, blue = 500 }
struct Point { x: float; y: double; z: byte; }
struct Masked {
  mask: ushort (presence_mask);
  price: int (money: "currency");
  currency: [ubyte:3] (text);
  code: [ubyte:8] (text);
  long_code: [ubyte:11] (text);
  at: uint (timestamp: "s");
  wait: long (duration: "us");
  where: Point;
  tint: Colour;
  flag: bool;
}
struct Plain { a: ubyte; big: ulong; when: long (timestamp: "ns"); }
table Leaf { name: string (max_bytes: 40, personal); number: long = null; tags: [string] (max_items: 4); }
table Line {
  masked: Masked (flatten);
  leaf: Leaf;
  leaves: [Leaf];
  points: [Point];
  note: string;
}
union Either { Leaf, Line }
table Root {
  id: string (required_at: "declared");
  plain: Plain (flatten);
  point: Point;
  masked: Masked;
  lines: [Line] (max_items: 5);
  leaf: Leaf;
  i8: byte = 7;
  u8: ubyte = null;
  i16: short = -5;
  u16: ushort = null;
  i32: int;
  u32: uint = null;
  i64: long = null;
  u64: ulong = 9000000000000000000;
  f32: float = 1.5;
  f64: double = null;
  flag: bool = true;
  colour: Colour = green;
  shade: Colour = null;
  amount: long (money: "amount_currency");
  fee: int = null (money: "amount_currency");
  amount_currency: string (max_bytes: 3);
  pause: int = null (duration: "ms");
  numbers: [int];
  bigs: [ulong];
  reals: [double];
  flags: [bool];
  colours: [Colour];
  times: [long] (timestamp);
  masks: [Masked];
  payload: [ubyte];
  nested: [ubyte] (nested_flatbuffer: "Leaf");
  either: Either;
  old: int (deprecated);
}
root_type Root;
)fbs";

}  // namespace sluice::wire
