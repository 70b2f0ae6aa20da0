// Status and Result<T>: how an operation that an operator can cause to fail says so.
//
// Thread-safety: plain values.   Ownership: a Status owns its message.
// Errors of a rule's author are diagnostics (rules/diag), of a parcel an outcome, of the programmer SLUICE_CHECK.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace sluice {

enum class StatusCode : int {
  kOk = 0,
  kInvalidArgument,   // an option or a call that cannot be meant
  kNotFound,          // a file, column, rule that is not there
  kIo,                // the operating system refused to read or write
  kCorrupt,           // bytes that are not what they claim to be
  kLimitExceeded,     // a named limit of engine/base/limits.h
  kUnsupported,       // a format version or input kind that this build does not know
  kRulesDoNotCompile,  // the rule book has errors; its diagnostics say which
  kUnavailable,        // not now: stopped, or still busy with what was asked before
  kTimedOut,           // the time that was given has passed
  kPermissionDenied,   // the caller may not do this
};

/// The result of an operation without a value. The message is for people, complete, without a trailing stop.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status Ok() { return {}; }
  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

/// A value, or the Status that says why there is none. Dereference only when ok().
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}             // NOLINT: implicit by design, as std::expected
  Result(Status status) : status_(std::move(status)) {}     // NOLINT

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace sluice
