#include "gateway/record/types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kgw::record {
namespace {

TEST(TypesTest, AreThoseOfTheSchemaInItsOrder) {
  EXPECT_THAT(TypeNames(), testing::ElementsAre("Organization", "Practitioner", "Patient",
                                                "Screening", "Visit", "Session", "Outcome"));
}

TEST(TypesTest, TellWhoARecordIsAbout) {
  EXPECT_EQ(PatientOf("Patient", "P-1", ""), "P-1");
  EXPECT_EQ(PatientOf("Session", "S-1", "P-2"), "P-2");
  EXPECT_EQ(PatientOf("Organization", "O-1", "P-2"), "");
  EXPECT_EQ(PatientOf("Practitioner", "T-1", "P-2"), "");
}

}  // namespace
}  // namespace kgw::record
