#ifndef TESTS_GATEWAY_RECORD_SAMPLES_H_
#define TESTS_GATEWAY_RECORD_SAMPLES_H_

#include <string>
#include <vector>

#include "kap/v1/record.pb.h"

// Records of an invented clinic, right in every way; tests break copies of them.
namespace kgw::record {

kap::v1::Record SampleOrganization();
kap::v1::Record SamplePractitioner();
kap::v1::Record SamplePatient();
kap::v1::Record SampleScreening();
kap::v1::Record SampleVisit();
kap::v1::Record SampleSession();
kap::v1::Record SampleOutcome();
std::vector<kap::v1::Record> AllSamples();

// A message with every field of every message below it set to something that has its form; repeated
// fields get two entries. Of each oneof the member at `turn`, modulo their number.
kap::v1::Record EveryFieldSet(int content_number, int turn);

}  // namespace kgw::record

#endif  // TESTS_GATEWAY_RECORD_SAMPLES_H_
