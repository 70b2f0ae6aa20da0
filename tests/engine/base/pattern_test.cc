#include "engine/base/pattern.h"

#include <gtest/gtest.h>

#include "engine/base/limits.h"

namespace sluice::base {
namespace {

bool Found(std::string_view pattern, std::string_view text) {
  const auto compiled = Pattern::Compile(pattern);
  EXPECT_TRUE(compiled.ok()) << compiled.status().message();
  return compiled.ok() && compiled->FoundIn(text);
}

TEST(PatternTest, IsFoundAnywhereUnlessAnchored) {
  EXPECT_TRUE(Found("ubb", "hubba"));
  EXPECT_FALSE(Found("^ubb", "hubba"));
  EXPECT_TRUE(Found("", ""));
  EXPECT_TRUE(Found("^.$", "😀")) << "a code point is one character";
  EXPECT_TRUE(Found("(?i)TOY", "a toy"));
  EXPECT_TRUE(Found("b$", std::string_view("a\0b", 3))) << "a NUL ends nothing";
}

TEST(PatternTest, MistakesAreSaid) {
  const auto broken = Pattern::Compile("a(b");
  EXPECT_EQ(broken.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(broken.status().message().find("missing"), std::string::npos) << broken.status().message();
  EXPECT_EQ(Pattern::Compile("(?=a)").status().code(), StatusCode::kInvalidArgument) << "no look-ahead";
  EXPECT_EQ(Pattern::Compile("a{1001}").status().code(), StatusCode::kInvalidArgument);
}

TEST(PatternTest, WhatCompilesTooLargeIsRefused) {
  for (const std::string& pattern :
       {std::string(limits::kPatternBytesMax + 1, 'a'), std::string("[\\pL\\d]{500}")}) {
    EXPECT_EQ(Pattern::Compile(pattern).status().code(), StatusCode::kLimitExceeded) << pattern.substr(0, 40);
  }
  for (const char* pattern : {"((a{100}){100}){100}", "(.{900}){3}"}) {  // the library's own bound on repetitions
    EXPECT_FALSE(Pattern::Compile(pattern).ok()) << pattern;
  }
  EXPECT_TRUE(Pattern::Compile(std::string(limits::kPatternBytesMax, 'a')).ok());
}

TEST(PatternTest, TextsThatBlowUpOtherEnginesAreSearchedInLinearTime) {
  const std::string text(limits::kTextBytesMax, 'a');
  EXPECT_FALSE(Found("(a+)+$x", text));
  EXPECT_FALSE(Found("(a|aa)+b", text));
  EXPECT_FALSE(Found("a.{200}b", text));
}

}  // namespace
}  // namespace sluice::base
