#include "rules/check/unknowns.h"

namespace sluice::rules {

namespace {

bool IsUnknown(const Type& type) { return type.Is(TypeKind::kAny) && type.reference != kNoReference; }

bool IsUnknownKey(const Type& type) { return type.reference % 2 == 1; }

bool IsKeyKind(TypeKind kind) {
  return kind == TypeKind::kBool || kind == TypeKind::kInt || kind == TypeKind::kUint || kind == TypeKind::kString;
}

/// Nothing is learned from what is wrong, or is no value.
bool IsSound(const Type& type) {
  if (type.Is(TypeKind::kError) || type.kind > TypeKind::kMap) return false;
  return (type.key == nullptr || IsSound(*type.key)) && (type.element == nullptr || IsSound(*type.element));
}

}  // namespace

Type Unknowns::Make(std::uint32_t unknown) {
  any_made_ = true;
  Type type = ScalarType(TypeKind::kAny);
  type.reference = unknown;
  return type;
}

Type Unknowns::Opened(const Type& type, NodeId node) {
  switch (type.kind) {
    case TypeKind::kAny: return Value(node);
    case TypeKind::kList: return ListOf(Opened(*type.element, node));
    case TypeKind::kMap:
      return MapOf(type.key->Is(TypeKind::kAny) ? Key(node) : *type.key, Opened(*type.element, node));
    default: return type;
  }
}

const Type& Unknowns::Known(const Type& type) const {
  const Type* at = &type;
  while (IsUnknown(*at)) {
    const auto found = known_.find(at->reference);
    if (found == known_.end()) break;
    at = &found->second;
  }
  return *at;
}

Type Unknowns::Resolved(const Type& type) const {
  if (!any_made_) return type;
  const Type& known = Known(type);
  switch (known.kind) {
    case TypeKind::kAny: return walk_ == Walk::kCheck && IsUnknown(known) ? ScalarType(TypeKind::kInt) : known;
    case TypeKind::kList: return ListOf(Resolved(*known.element));
    case TypeKind::kMap: return MapOf(Resolved(*known.key), Resolved(*known.element));
    default: return known;
  }
}

bool Unknowns::Within(std::uint32_t unknown, const Type& type) const {
  const Type& known = Known(type);
  if (IsUnknown(known)) return known.reference == unknown;
  return (known.key != nullptr && Within(unknown, *known.key)) ||
         (known.element != nullptr && Within(unknown, *known.element));
}

void Unknowns::Learn(const Type& a, const Type& b) {
  if (!any_made_ || walk_ == Walk::kCheck) return;
  const Type left = Known(a);
  const Type right = Known(b);
  // Of two unknowns the key stays, for what it asks of both.
  if (IsUnknown(left) && !(IsUnknown(right) && IsUnknownKey(left))) return Bind(left, right);
  if (IsUnknown(right)) return Bind(right, left);
  if (left.kind != right.kind) return;
  if (left.Is(TypeKind::kMap)) Learn(*left.key, *right.key);
  if (left.Is(TypeKind::kMap) || left.Is(TypeKind::kList)) Learn(*left.element, *right.element);
}

void Unknowns::Bind(const Type& unknown, const Type& to) {
  if (!IsSound(to) || (to.Is(TypeKind::kAny) && !IsUnknown(to))) return;
  if (IsUnknownKey(unknown) && !to.Is(TypeKind::kAny) && !IsKeyKind(to.kind)) return;
  if (!Within(unknown.reference, to)) known_.emplace(unknown.reference, to);
}

bool Unknowns::NextWalk() {
  if (!any_made_ || walk_ == Walk::kCheck) return false;
  walk_ = walk_ == Walk::kLearn ? Walk::kSettle : Walk::kCheck;
  return true;
}

}  // namespace sluice::rules
