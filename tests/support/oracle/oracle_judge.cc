// From matches to a decision: waivers, draws, scores, the most severe lane.
#include <algorithm>

#include "engine/base/check.h"
#include "tests/support/oracle/lookup.h"
#include "tests/support/oracle/oracle.h"

namespace sluice::oracle {

namespace {

constexpr std::uint64_t kScoreSumMost = 1'000'000;
constexpr std::uint64_t kMillion = 1'000'000;

std::string Part(const std::string& bytes) {
  std::string part;
  for (int shift = 0; shift < 32; shift += 8)
    part += static_cast<char>(bytes.size() >> shift & 0xFF);
  return part + bytes;
}

std::span<const std::uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::uint64_t TicketOf(const base::Key256& key, const std::string& draw_id,
                       const std::string& rule) {
  const base::Hash512 seed = base::KeyedBlake2b512(key, Bytes(draw_id));
  const std::string message = Part("sluice.draw.rule.v1") + Part(rule) +
                              Part({reinterpret_cast<const char*>(seed.data()), seed.size()});
  const base::Hash512 hash = base::KeyedBlake2b512(key, Bytes(message));
  std::uint64_t ticket = 0;
  for (int i = 0; i < 8; ++i) ticket = ticket << 8 | hash[static_cast<std::size_t>(i)];
  return ticket;
}

std::uint64_t ThresholdOf(std::uint64_t ppm) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(ppm) << 64) / kMillion);
}

std::uint64_t PartsPerMillion(const std::string& text) {
  if (!text.ends_with("%")) return std::stoull(text);
  return static_cast<std::uint64_t>(std::stold(text) * 10'000 + 0.5L);
}

}  // namespace

base::Key256 EpochKeyOf(const std::string& party1, const std::string& party2,
                        const std::string& public_value, const std::string& epoch,
                        const std::string& site) {
  return base::Blake2b256(Bytes(Part("sluice.draw.key.v1") + Part(party1) + Part(party2) +
                                Part(public_value) + Part(epoch) + Part(site)));
}

std::string Oracle::MoreSevere(const std::string& a, const std::string& b) const {
  const auto severity = [this](const std::string& name) {
    for (const LaneModel& lane : book_.lanes) {
      if (lane.name == name) return lane.severity;
    }
    return -1;
  };
  return severity(b) > severity(a) ? b : a;
}

/// Parts the matches; gives the ids of those that stand.
std::set<std::string> Oracle::Standing(const std::vector<Match>& matches,
                                       Expected* decision) const {
  std::set<std::string> waived;
  for (const Match& match : matches) {
    const RuleModel& model = *match.rule->model;
    if (!model.shadow) waived.insert(model.waives.begin(), model.waives.end());
  }
  std::set<std::string> standing;
  for (const Match& match : matches) {
    const RuleModel& model = *match.rule->model;
    const bool is_waived = std::any_of(model.tags.begin(), model.tags.end(),
                                       [&](const auto& tag) { return waived.contains(tag); });
    if (model.shadow) {
      decision->shadow.push_back({match.rule->id, match.score});
    } else if (is_waived && !model.mandatory && !model.must_inspect) {
      decision->suppressed.push_back(match.rule->id);
    } else {
      decision->matched.push_back({match.rule->id, match.score});
      standing.insert(match.rule->id);
    }
  }
  return standing;
}

void Oracle::Settle(const std::vector<Match>& matches, const RecordTree& tree, Expected* decision) {
  const std::set<std::string> standing = Standing(matches, decision);
  std::string lane;
  for (const Match& match : matches) {
    const Rule& rule = *match.rule;
    if (!standing.contains(rule.id) || rule.model->shadow) continue;
    decision->score = std::min(decision->score + match.score, kScoreSumMost);
    std::string asked = rule.lane;
    if (!DrawFor(rule, tree, &asked, decision)) continue;
    lane = MoreSevere(lane, asked);
    decision->controls.insert(rule.controls.begin(), rule.controls.end());
    decision->must_inspect = decision->must_inspect || rule.model->must_inspect;
  }
  std::pair<std::uint32_t, std::string> step;
  for (const auto& one : book_.score_lanes) {
    if (decision->score >= one.first && one.first >= step.first) step = one;
  }
  lane = MoreSevere(lane, step.second);
  static constexpr const char* kOutcomes[] = {"unreadable", "incomplete", "conflict", "rule_error"};
  for (std::size_t i = 0; i < std::size(kOutcomes); ++i) {
    if (decision->outcomes.contains(kOutcomes[i])) lane = MoreSevere(lane, book_.outcome_lanes[i]);
  }
  decision->lane = lane.empty() ? book_.default_lane : lane;
}

/// Whether the rule's lane and controls count; true where it does not draw.
bool Oracle::DrawFor(const Rule& rule, const RecordTree& tree, std::string* lane,
                     Expected* decision) const {
  const std::uint64_t ppm = rule.probability.empty() ? kMillion : PartsPerMillion(rule.probability);
  if (rule.model->split.empty() && ppm == kMillion) return true;
  const std::string& field = book_.draw_id_field.empty() ? book_.id_field : book_.draw_id_field;
  const auto read = ReadPath(catalog_, tree, field);
  const std::string draw_id = read ? read->As<std::string>() : "";
  Expected::Draw draw{rule.id, 0, ThresholdOf(ppm), false};
  if (!draw_id.empty()) draw.ticket = TicketOf(key_, draw_id, rule.id);
  if (rule.model->split.empty()) {
    draw.selected = draw_id.empty() || draw.ticket < draw.threshold;
  } else {
    lane->clear();
    std::uint64_t sum = 0;
    for (const auto& [share_lane, share] : rule.model->split) {
      if (draw.selected && !draw_id.empty()) break;
      sum += share;
      draw.threshold = sum >= kMillion ? ~std::uint64_t{0} : ThresholdOf(sum);
      if (draw_id.empty()) {
        *lane = MoreSevere(*lane, share_lane);
        draw.selected = true;
      } else if (sum >= kMillion || draw.ticket < draw.threshold) {
        *lane = share_lane;
        draw.selected = true;
      }
    }
  }
  decision->draws.push_back(draw);
  return draw.selected;
}

std::string ToText(const Expected& d) {
  std::string text =
      "id " + d.parcel_id + " sequence " + std::to_string(d.sequence) + " revision " +
      std::to_string(d.revision) + (d.scanned ? " scanned" : " declared") + "\nnow " +
      std::to_string(d.now.seconds) + "." + std::to_string(d.now.nanos) + "\nlane " + d.lane +
      "\nread error " + d.read_error + "\nduplicate of " + std::to_string(d.duplicate_of) +
      "\nscore " + std::to_string(d.score) + "\nmust inspect " + (d.must_inspect ? "yes" : "no");
  const auto list = [&text](const char* name, const auto& values, const auto& to_text) {
    text += std::string("\n") + name + ":";
    for (const auto& value : values) text += " " + to_text(value);
  };
  const auto name_of = [](const std::string& name) { return name; };
  const auto hit = [](const Expected::Hit& one) {
    return one.rule + "=" + std::to_string(one.score);
  };
  list("outcomes", d.outcomes, name_of);
  list("controls", d.controls, name_of);
  list("matched", d.matched, hit);
  list("suppressed", d.suppressed, name_of);
  list("absent", d.absent, name_of);
  list("errors", d.errors, name_of);
  list("shadow", d.shadow, hit);
  list("draws", d.draws, [](const Expected::Draw& one) {
    return one.rule + "=" + std::to_string(one.ticket) + "<" + std::to_string(one.threshold) +
           (one.selected ? "+" : "-");
  });
  list("missing", d.missing, name_of);
  return text + "\n";
}

}  // namespace sluice::oracle
