#include "gateway/store/rules/pack.h"

#include "gtest/gtest.h"

namespace kgw::store {
namespace {

TEST(Pack, NumbersOfEveryLengthComeBack) {
  for (const uint64_t number : {uint64_t{0}, uint64_t{127}, uint64_t{128}, UINT64_MAX}) {
    std::string packed;
    PackNumber(number, &packed);
    Unpacker unpacker(packed);
    EXPECT_EQ(unpacker.Number(), number);
    EXPECT_TRUE(unpacker.done());
  }
}

TEST(Pack, AnErrorComesBackAndAnEmptyOneTakesNoRoom) {
  const DeliveryError error{ErrorClass::kRejected, 422, "r-1", "no such code", 3, 2};
  const DeliveryError back = UnpackError(PackError(error));
  EXPECT_EQ(back.error_class, ErrorClass::kRejected);
  EXPECT_EQ(back.http_status, 422);
  EXPECT_EQ(back.request_id, "r-1");
  EXPECT_EQ(back.text, "no such code");
  EXPECT_EQ(back.tries, 3);
  EXPECT_EQ(back.in_a_row, 2);
  EXPECT_EQ(PackError({}), "");
}

// As rows of the first schema lie on disks: a change here is a change of the file's form.
TEST(Pack, TheBytesStayAsTheyAre) {
  EXPECT_EQ(PackEntries({{"A/1", EntryState::kDelivered, "A/9", "2"}}), std::string("\x03"
                                                                                    "A/1\x09"
                                                                                    "delivered\x03"
                                                                                    "A/9\x01"
                                                                                    "2"));
  EXPECT_EQ(PackRemotes({{{"A/1", EntryState::kLinked, "A/9", ""}, 300}}),
            std::string("\x03"
                        "A/1\x06"
                        "linked\x03"
                        "A/9\x00\xac\x02",
                        18));
  EXPECT_EQ(PackError({ErrorClass::kWaiting, 0, "", "x"}),
            std::string("\x07waiting\x00\x00\x01x\x00\x00", 14));
}

TEST(Pack, BytesThatAreNotOursEnd) {
  EXPECT_EQ(UnpackEntries("\xff\xff\xff\xff").size(), 1u);
  EXPECT_EQ(UnpackResources(std::string(50, '\x7f')).size(), 1u);
}

TEST(Pack, ANameOfALaterGatewayIsReadAsWhatItCanMean) {
  std::string packed;
  for (const char* text : {"A/1", "moved", "A/9", "", "A/2", "moved", "", ""}) {
    PackText(text, &packed);
  }
  const auto entries = UnpackEntries(packed);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].state, EntryState::kDelivered);
  EXPECT_EQ(entries[0].remote, "A/9");
  EXPECT_EQ(entries[1].state, EntryState::kUnsupported);
  std::string error;
  PackText("bored", &error);
  EXPECT_EQ(UnpackError(error).error_class, ErrorClass::kUnknown);
}

TEST(Pack, AResourceOfAnotherFormKeepsItsMediaTypeAndDestination) {
  const std::vector<Resource> resources = {{"Claim", "1", "ISA*00", "application/edi-x12", "payer"},
                                           {"Claim", "1", "{}"}};
  const auto back = UnpackResources(PackResources(resources));
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].media_type, "application/edi-x12");
  EXPECT_EQ(back[0].destination, "payer");
  EXPECT_EQ(back[0].body, "ISA*00");
  EXPECT_EQ(back[1].media_type, "");
  EXPECT_EQ(back[1].destination, "");
  // FHIR for everybody lies as it always has.
  EXPECT_EQ(PackResources({{"Claim", "1", "{}"}}), std::string("\x05"
                                                               "Claim\x01"
                                                               "1\x02{}"));
}

}  // namespace
}  // namespace kgw::store
