#include "engine/match/index_terms.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/match/number_keys.h"

namespace sluice::match {
namespace {

using ruleset::Op;
using ruleset::ValueType;
using Conjunctions = std::vector<Conjunction>;

// Says nothing: lets every parcel through.
Conjunctions Anything() { return {{{}, {}, false}}; }

Op Exchanged(Op op) {
  switch (op) {
    case Op::kLt: return Op::kGt;
    case Op::kLe: return Op::kGe;
    case Op::kGt: return Op::kLt;
    case Op::kGe: return Op::kLe;
    default: return op;
  }
}

Op Negated(Op op) {
  switch (op) {
    case Op::kLt: return Op::kGe;
    case Op::kLe: return Op::kGt;
    case Op::kGt: return Op::kLe;
    case Op::kGe: return Op::kLt;
    case Op::kEq: return Op::kNe;
    default: return Op::kEq;
  }
}

// False: the constant has no key.
bool KeyOfConstant(const Source& constant, NumberKey* key) {
  switch (constant.type) {
    case ValueType::kInt:
    case ValueType::kDuration: *key = KeyOf(constant.constant.number); return true;
    case ValueType::kUint: *key = KeyOf(constant.constant.natural); return true;
    case ValueType::kDouble: *key = KeyOf(constant.constant.real); return !std::isnan(constant.constant.real);
    case ValueType::kMoney: *key = KeyOf(constant.constant.money); return true;
    default: return false;
  }
}

// The keys that stand in the relation to `key`. False: none do, or they are no range.
bool RangeOf(Op op, NumberKey key, NumberKey* low, NumberKey* high) {
  *low = kKeyMin;
  *high = kKeyMax;
  switch (op) {
    case Op::kEq: *low = *high = key; return true;
    case Op::kLe: *high = key; return true;
    case Op::kGe: *low = key; return true;
    case Op::kLt:
      if (key == kKeyMin) return false;
      *high = key - 1;
      return true;
    case Op::kGt:
      if (key == kKeyMax) return false;
      *low = key + 1;
      return true;
    default: return false;
  }
}

class Expander {
 public:
  explicit Expander(const Plan& plan) : plan_(plan) {}

  void NotePresence(Conjunction* conjunction) const {
    for (Term& term : conjunction->terms) {
      term.present = std::any_of(conjunction->terms.begin(), conjunction->terms.end(), [&](const Term& has) {
        return IsHas(has) && has.home == term.home && has.source == ColumnOf(term);
      }) || term.present;
    }
  }

  Conjunctions Expand(std::uint32_t index, bool negated) {
    const MaskNode& mask = plan_.masks[index];
    switch (mask.kind) {
      case MaskKind::kConst: return (mask.a != 0) != negated ? Conjunctions{{}} : Conjunctions{};
      case MaskKind::kNot: return Expand(mask.a, !negated);
      case MaskKind::kAnd: return negated ? Unite(mask, true) : Join(mask, false);
      case MaskKind::kOr: return negated ? Join(mask, true) : Unite(mask, false);
      case MaskKind::kQuantifier: return OfElements(index, negated);
      default: return Leaf(index, negated);
    }
  }

 private:
  // Each conjunction of one operand with each of the others; an operand that would make too many is left out.
  Conjunctions Join(const MaskNode& mask, bool negated) {
    Conjunctions joined{{}};
    for (std::uint32_t i = 0; i < mask.c; ++i) {
      Conjunctions operand = Expand(plan_.operands[mask.b + i], negated);
      if (operand.size() * joined.size() > kConjunctionsMax) operand = Anything();
      Conjunctions product;
      for (const Conjunction& left : joined) {
        for (const Conjunction& right : operand) {
          Conjunction& both = product.emplace_back(left);
          both.terms.insert(both.terms.end(), right.terms.begin(), right.terms.end());
          both.clauses.insert(both.clauses.end(), right.clauses.begin(), right.clauses.end());
          both.exact = left.exact && right.exact;
        }
      }
      joined = std::move(product);
    }
    return joined;
  }

  Conjunctions Unite(const MaskNode& mask, bool negated) {
    Conjunctions united;
    for (std::uint32_t i = 0; i < mask.c; ++i) {
      Conjunctions operand = Expand(plan_.operands[mask.b + i], negated);
      if (operand.size() + united.size() > kConjunctionsMax) return Anything();
      united.insert(united.end(), operand.begin(), operand.end());
    }
    return united;
  }

  // How many elements meet the body. Where elements are to be some, what one of them has narrows the parcels already.
  Conjunctions OfElements(std::uint32_t index, bool negated) {
    const MaskNode& mask = plan_.masks[index];
    if (mask.home != kParcelHome) return Opaque(index, negated);
    Conjunctions bodies = Expand(mask.a, mask.op == Op::kAll);
    if (mask.op == Op::kExistsOne) return OneElement(index, negated, std::move(bodies));
    return (mask.op == Op::kAll) != negated ? NoElement(index, negated, std::move(bodies))
                                            : SomeElement(index, negated, std::move(bodies));
  }

  Conjunctions SomeElement(std::uint32_t index, bool negated, Conjunctions bodies) {
    const HomeIndex home = plan_.masks[index].b;
    bool says = false;
    for (Conjunction& body : bodies) {
      Clause clause = TakeElementTerms(home, &body);
      const bool is_lifted = Lift(clause, &body);
      const bool is_more = clause.terms.size() > (is_lifted ? 1u : 0u);
      if (body.exact || is_more) body.clauses.push_back(std::move(clause));
      says = says || !body.terms.empty() || !body.clauses.empty();
    }
    return says || bodies.empty() ? bodies : Opaque(index, negated);
  }

  // A body that says less than it should, or speaks of the parcel, says nothing here: its opposite would say too much.
  Conjunctions NoElement(std::uint32_t index, bool negated, Conjunctions bodies) {
    Conjunction none;
    for (Conjunction& body : bodies) {
      Clause clause = TakeElementTerms(plan_.masks[index].b, &body);
      clause.kind = Clause::Kind::kNone;
      if (body.exact && body.terms.empty() && body.clauses.empty()) {
        none.clauses.push_back(std::move(clause));
      } else {
        none.exact = false;
      }
    }
    return none.clauses.empty() && !none.exact ? Opaque(index, negated) : Conjunctions{none};
  }

  Conjunctions OneElement(std::uint32_t index, bool negated, Conjunctions bodies) {
    if (bodies.size() != 1 || !bodies[0].exact) return Opaque(index, negated);
    Clause clause = TakeElementTerms(plan_.masks[index].b, &bodies[0]);
    if (!bodies[0].terms.empty() || !bodies[0].clauses.empty()) return Opaque(index, negated);
    clause.kind = negated ? Clause::Kind::kNotOne : Clause::Kind::kOne;
    if (!negated) Lift(clause, &bodies[0]);
    bodies[0].clauses.push_back(std::move(clause));
    return bodies;
  }

  Clause TakeElementTerms(HomeIndex home, Conjunction* body) const {
    NotePresence(body);
    Clause clause;
    clause.home = home;
    std::erase_if(body->terms, [&](const Term& term) {
      const bool is_elements = term.home == home && !term.lifted;
      if (is_elements) clause.terms.push_back(term);
      return is_elements;
    });
    return clause;
  }

  // Rows of elements' texts are put to their parcels. False: the clause asks for no text.
  bool Lift(const Clause& clause, Conjunction* conjunction) const {
    bool is_lifted = false;
    for (const Term& term : clause.terms) {
      if (ColumnOf(term) == kNoIndex || term.negated) continue;
      conjunction->terms.emplace_back(term).lifted = true;
      is_lifted = true;
    }
    return is_lifted;
  }

  /// The column of a term on codes or texts found; else none.
  std::uint32_t ColumnOf(const Term& term) const {
    switch (term.kind) {
      case Term::Kind::kCodes: return plan_.dictionaries[term.source].column();
      case Term::Kind::kLiteral: return plan_.searches[term.source].column();
      case Term::Kind::kList: return plan_.list_searches[term.source].column();
      default: return kNoIndex;
    }
  }

  static bool IsHas(const Term& term) { return term.kind == Term::Kind::kHas && !term.negated; }

  Conjunctions Leaf(std::uint32_t index, bool negated) {
    const MaskNode& mask = plan_.masks[index];
    Term term;
    term.negated = negated;
    term.home = mask.home;
    term.source = mask.a;
    term.code = mask.b;
    switch (mask.kind) {
      case MaskKind::kHas: term.kind = Term::Kind::kHas; break;
      case MaskKind::kLiteral: term.kind = Term::Kind::kLiteral; break;
      case MaskKind::kList: term.kind = Term::Kind::kList; break;
      case MaskKind::kCode: term.kind = Term::Kind::kCodes; break;
      case MaskKind::kCodeNot:
        term.kind = Term::Kind::kCodes;
        term.negated = !negated;
        break;
      case MaskKind::kCodeSet:
        term.kind = Term::Kind::kCodes;
        term.code_first = mask.b;
        term.code_count = mask.c;
        if (mask.c == 0) return Opaque(index, negated);
        break;
      case MaskKind::kCompare:
        if (!RangeTerm(mask, negated, &term)) return Opaque(index, negated);
        break;
      default: return Opaque(index, negated);
    }
    return {{{term}, {}, true}};
  }

  bool RangeTerm(const MaskNode& mask, bool negated, Term* term) const {
    const Source* value = &plan_.sources[mask.a];
    const Source* constant = &plan_.sources[mask.b];
    Op op = negated ? Negated(mask.op) : mask.op;
    term->source = mask.a;
    if (value->kind == Source::Kind::kConstant) {
      std::swap(value, constant);
      op = Exchanged(op);
      term->source = mask.b;
    }
    NumberKey key = 0;
    if (constant->kind != Source::Kind::kConstant || value->type != constant->type) return false;
    if (!KeyOfConstant(*constant, &key) || !RangeOf(op, key, &term->low, &term->high)) return false;
    term->kind = Term::Kind::kRange;
    term->negated = false;
    term->home = value->home;
    term->code = value->type == ValueType::kMoney ? constant->constant.money.currency : 0;
    return true;
  }

  Conjunctions Opaque(std::uint32_t index, bool negated) const {
    if (plan_.masks[index].home != kParcelHome) return Anything();
    Term term;
    term.negated = negated;
    term.source = index;
    return {{{term}, {}, true}};
  }

  const Plan& plan_;
};

}  // namespace

std::vector<Conjunction> ConjunctionsOf(const Plan& plan, std::uint32_t mask) {
  Expander expander(plan);
  std::vector<Conjunction> conjunctions = expander.Expand(mask, false);
  for (Conjunction& conjunction : conjunctions) expander.NotePresence(&conjunction);
  return conjunctions;
}

}  // namespace sluice::match
