#include "tests/bench/store/intakes.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/store/rules/body.h"

namespace kgw::bench {
namespace {

using store::NewVersion;

std::string RandomText(std::mt19937_64& random, size_t size) {
  static constexpr char kLetters[] = "abcdefghijklmnop0123456789 etaoin";
  std::string text;
  while (text.size() < size) text.push_back(kLetters[random() % (sizeof(kLetters) - 1)]);
  return text;
}

NewVersion Make(std::mt19937_64& random, const Shape& shape, int number) {
  NewVersion intake;
  const std::string patient = absl::StrCat("P-", number / 8);
  intake.key = {{"demo-clinic", "kap-ehr", "Session", absl::StrCat("S-", number)}, 1};
  intake.patient = patient;
  intake.bytes = RandomText(random, shape.received);
  intake.content_hash = Sha256Of(intake.bytes);
  const ResourceIds ids(intake.key.name, patient);
  for (int i = 0; i < shape.resources; ++i) {
    const std::string role = absl::StrCat("Observation/vital/", i);
    const std::string id = ids.Of(role);
    intake.resources.push_back(
        {role, id,
         absl::StrCat(R"({"resourceType":"Observation","id":")", id,
                      R"(","status":"final","category":[{"coding":[{"system":)",
                      R"("http://terminology.hl7.org/CodeSystem/observation-category",)",
                      R"("code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org",)",
                      R"("code":"85354-9","display":"Blood pressure panel"}]},"subject":)",
                      R"({"reference":"Patient/)", ids.Of("Patient"),
                      R"("},"effectiveDateTime":"2026-05-04T10:)", 10 + i % 50,
                      R"(:00+02:00","valueQuantity":{"value":)", random() % 200,
                      R"(,"unit":"mm[Hg]","system":"http://unitsofmeasure.org"},"note":[{"text":")",
                      RandomText(random, 24), R"("}]})")});
  }
  intake.issues_json = intake.signals_json = "[]";
  intake.deliveries.push_back({"ehr", "Patient " + patient, store::DeliveryState::kPending, ""});
  intake.billable = number % 4 == 0;
  intake.mapper = "kap-mapper 0.1.0";
  intake.config_hash = "c0ffee";
  intake.received_at = absl::Now();
  return intake;
}

}  // namespace

std::vector<NewVersion> MakeMany(const Shape& shape, int first, int count) {
  std::mt19937_64 random(static_cast<uint64_t>(first) + 1);
  std::vector<NewVersion> intakes;
  intakes.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) intakes.push_back(Make(random, shape, first + i));
  return intakes;
}

double CompressedBytes(const std::vector<NewVersion>& intakes) {
  double bytes = 0;
  for (const NewVersion& intake : intakes) {
    std::string all;
    for (const store::Resource& resource : intake.resources) all += resource.body;
    bytes +=
        static_cast<double>(store::EncodeBody(intake.bytes).size() + store::EncodeBody(all).size());
  }
  return bytes;
}

}  // namespace kgw::bench
