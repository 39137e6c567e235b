#include "gateway/ctl/json_form.h"

#include <gtest/gtest.h>

namespace kgw::ctl {
namespace {

namespace v1 = gateway::v1;

TEST(StateName, HasAWordForEveryState) {
  for (int state = v1::RECORD_STATE_REJECTED; state <= v1::RecordState_MAX; ++state) {
    const std::string_view name = StateName(static_cast<v1::RecordState>(state));
    EXPECT_NE(name, "unknown");
    EXPECT_EQ(RecordStateNamed(name), state);
  }
  for (int state = v1::DELIVERY_STATE_PENDING; state <= v1::DeliveryState_MAX; ++state) {
    const std::string_view name = StateName(static_cast<v1::DeliveryState>(state));
    EXPECT_NE(name, "unknown");
    EXPECT_EQ(DeliveryStateNamed(name), state);
  }
  EXPECT_EQ(RecordStateNamed("asleep"), v1::RECORD_STATE_UNSPECIFIED);
}

// The form scripts rely on.
TEST(ToJsonLine, WritesADelivery) {
  v1::Delivery delivery;
  delivery.mutable_key()->set_tenant("clinic");
  delivery.mutable_key()->set_source("ehr");
  delivery.mutable_key()->set_type("Session");
  delivery.mutable_key()->set_id("S-1");
  delivery.mutable_key()->set_version(2);
  delivery.set_destination("hospital");
  delivery.set_lane("Patient P-1");
  delivery.set_state(v1::DELIVERY_STATE_DEAD);
  delivery.set_attempts(3);
  delivery.mutable_error()->set_class_("rejected");
  delivery.mutable_error()->set_http_status(422);
  v1::DeliveryEntry* entry = delivery.add_entries();
  entry->set_resource("Observation/1");
  entry->set_remote("Observation/77");
  entry->set_version("4");
  EXPECT_EQ(
      ToJsonLine(delivery),
      R"({"key":{"tenant":"clinic","source":"ehr","type":"Session","id":"S-1","version":2},)"
      R"("destination":"hospital","lane":"Patient P-1","state":"dead","attempts":3,"created_at":"",)"
      R"("next_due":"","error":{"class":"rejected","http_status":422,"request_id":"","text":""},)"
      R"("entries":[{"resource":"Observation/1","remote":"Observation/77","version":"4","state":""}],"clinical_withheld":false})");
}

TEST(TimeText, HasAZone) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(TimeText(time), "");
  time.set_seconds(1700000000);
  time.set_nanos(123456789);
  EXPECT_EQ(TimeText(time), "2023-11-14T22:13:20.123Z");
}

}  // namespace
}  // namespace kgw::ctl
