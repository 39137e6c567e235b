#include "gateway/store/rules/journal.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

EntryResult Entry(std::string resource, EntryState state, std::string remote = "") {
  return {std::move(resource), state, std::move(remote), ""};
}

TEST(Journal, ANewerResultReplacesTheOlderInItsPlace) {
  const auto merged = MergedJournal(
      {Entry("A/1", EntryState::kIntended), Entry("A/2", EntryState::kIntended)},
      {Entry("A/1", EntryState::kDelivered, "A/9"), Entry("A/3", EntryState::kIntended)});
  ASSERT_EQ(merged.size(), 3u);
  EXPECT_EQ(merged[0].state, EntryState::kDelivered);
  EXPECT_EQ(merged[1].resource, "A/2");
  EXPECT_EQ(merged[2].resource, "A/3");
}

TEST(Journal, AWithdrawnIntentLeavesNoLineAndTakesNoResultAway) {
  const auto merged = MergedJournal(
      {Entry("A/1", EntryState::kIntended), Entry("A/2", EntryState::kDelivered, "A/9")},
      {Entry("A/1", EntryState::kWithdrawn), Entry("A/2", EntryState::kWithdrawn)});
  ASSERT_EQ(merged.size(), 1u);
  EXPECT_EQ(merged[0].resource, "A/2");
}

std::vector<RemoteEntry> Merge(std::vector<RemoteEntry> remotes, EntryResult entry) {
  MergeRemotes({std::move(entry)}, 2, &remotes);
  return remotes;
}

TEST(Remotes, AnAnswerWithAPlaceBeatsEveryOther) {
  const auto remotes = Merge({{Entry("A/1", EntryState::kIntended), 1}},
                             Entry("A/1", EntryState::kDelivered, "A/9"));
  ASSERT_EQ(remotes.size(), 1u);
  EXPECT_EQ(remotes[0].entry.remote, "A/9");
  EXPECT_EQ(remotes[0].version, 2);
}

TEST(Remotes, AnIntentIsKeptUntilItHasEnded) {
  EXPECT_EQ(Merge({}, Entry("A/1", EntryState::kIntended)).size(), 1u);
  const auto again =
      Merge({{Entry("A/1", EntryState::kIntended), 1}}, Entry("A/1", EntryState::kIntended));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].version, 1);
  EXPECT_TRUE(
      Merge({{Entry("A/1", EntryState::kIntended), 1}}, Entry("A/1", EntryState::kUnsupported))
          .empty());
}

TEST(Remotes, WhatLiesThereIsNotForgottenForAnIntent) {
  const auto remotes = Merge({{Entry("A/1", EntryState::kDelivered, "A/9"), 1}},
                             Entry("A/1", EntryState::kIntended));
  ASSERT_EQ(remotes.size(), 1u);
  EXPECT_EQ(remotes[0].entry.remote, "A/9");
}

TEST(Remotes, AnEndWithoutAPlaceIsNothingToTell) {
  EXPECT_TRUE(Merge({}, Entry("A/1", EntryState::kUnsupported)).empty());
}

}  // namespace
}  // namespace kgw::store
