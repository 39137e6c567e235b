#include "vitals.h"

#include <cstdlib>
#include <optional>

#include "moment.h"
#include "observation.h"

namespace kgw::kap {
namespace {

// A value that is one number: field of the reading, role, code, unit, US Core profile.
struct Simple {
  std::string_view field;
  std::string_view kind;
  Code code;
  std::string_view unit;
  std::string_view ucum;
  std::string_view us_core;
};
constexpr Simple kSimple[] = {
    {"heartRate", "hr", Code::kHeartRate, "/min", "/min", "heart-rate"},
    {"respiratoryRate", "rr", Code::kRespiratoryRate, "/min", "/min", "respiratory-rate"},
    {"temperatureCelsius", "temperature", Code::kTemperature, "Cel", "Cel", "body-temperature"},
    {"weightKg", "weight", Code::kWeight, "kg", "kg", "body-weight"},
    {"heightCm", "height", Code::kHeight, "cm", "cm", "body-height"},
};

// One reading: what all its Observations share.
class Reading {
 public:
  Reading(Mapping& m, Node node, size_t index, FirstDose dose, std::string_view practitioner)
      : m_(m),
        node_(node),
        index_(index),
        id_(node.text("id")),
        dose_(dose),
        practitioner_(practitioner) {
    if (!dose.id.empty()) offset_ = MinutesBetween(dose.time, node.text("time"));
    const auto told = node.number("offsetMinutes");
    if (told && offset_ && std::abs(*told - *offset_) > 1) {
      m.Warn("business-rule", m.Path("vitals", index, "offsetMinutes"),
             "The minutes after the dose do not agree with the times; the times count.");
    }
  }

  void Map() {
    MapPressure();
    for (const Simple& simple : kSimple) MapSimple(simple);
    MapOxygen();
    MapSedation();
    MapDissociation();
  }

 private:
  Out& Begin(std::string_view kind, std::string_view us_core) {
    return m_.Begin("Observation", {kind, id_}, us_core, Identify::kList,
                    node_.text("measurement") == "MEASUREMENT_SELF");
  }

  void Head(Code category) {
    WriteExtensions();
    WriteObservationHead(m_, category, node_.text("time"));
    if (!dose_.id.empty()) {
      m_.out().BeginList("partOf");
      m_.Self("", "MedicationAdministration", {{}, dose_.id});
      m_.out().EndList();
    }
    if (!node_["takenBy"] && node_.text("measurement") == "MEASUREMENT_SELF") {
      m_.out().BeginList("performer");
      m_.Patient("");
      m_.out().EndList();
    } else {
      WritePerformer(m_, node_["takenBy"], practitioner_);
    }
    if (!noted_) m_.Note(node_.text("note"));
    noted_ = true;
  }

  void WriteExtensions() {
    const auto slot = CodesOf(node_.text("slot"));
    if (slot.empty() && !offset_) return;
    Out& out = m_.out();
    out.BeginList("extension");
    if (!slot.empty()) {
      m_.BeginExtension("kap-vitals-slot");
      m_.Coding("valueCoding", slot.front());
      out.End();
    }
    if (offset_) {
      m_.BeginExtension("kap-dose-offset");
      m_.Quantity("valueDuration", *offset_, "min", "min");
      out.End();
    }
    out.EndList();
  }

  void PressurePart(Code code, std::optional<int> value) {
    m_.out().Begin();
    m_.Concept("code", code);
    if (value) {
      m_.Quantity("valueQuantity", *value, "mm[Hg]", "mm[Hg]");
    } else {
      WriteAbsent(m_, Code::kAbsentUnknown);
    }
    m_.out().End();
  }

  void MapPressure() {
    const auto systolic = node_.number("systolicMmhg"), diastolic = node_.number("diastolicMmhg");
    if (!systolic && !diastolic) return;
    Out& out = Begin("bp", "blood-pressure");
    m_.Concept("code", Code::kBpPanel);
    Head(Code::kCategoryVitals);
    out.BeginList("component");
    PressurePart(Code::kBpSystolic, systolic);
    PressurePart(Code::kBpDiastolic, diastolic);
    out.EndList();
    m_.Finish();
  }

  void MapSimple(const Simple& simple) {
    const Node value = node_[simple.field];
    if (!value) return;
    Begin(simple.kind, simple.us_core);
    m_.Concept("code", simple.code);
    Head(Code::kCategoryVitals);
    if (const auto number = value.number()) {
      m_.Quantity("valueQuantity", *number, simple.unit, simple.ucum);
    } else {
      m_.Quantity("valueQuantity", value.text(), simple.unit, simple.ucum);
    }
    m_.Finish();
  }

  void OxygenPart(Code code, Node value, std::string_view unit) {
    if (!value) return;
    m_.out().Begin();
    m_.Concept("code", code);
    m_.Quantity("valueQuantity", value.text(), unit, unit);
    m_.out().End();
  }

  void MapOxygen() {
    const Node saturation = node_["spo2Percent"];
    const Node flow = node_["oxygenFlow"], inhaled = node_["inhaledOxygenPercent"];
    if (!saturation && !flow && !inhaled) return;
    Out& out = Begin("spo2", "pulse-oximetry");
    m_.Concept("code", Code::kSpo2PulseOximetry, Code::kSpo2Arterial);
    Head(Code::kCategoryVitals);
    if (saturation) {
      m_.Quantity("valueQuantity", saturation.text(), "%", "%");
    } else {
      WriteAbsent(m_, Code::kAbsentUnknown);
    }
    if (flow || inhaled) {
      out.BeginList("component");
      OxygenPart(Code::kOxygenFlow, flow, "L/min");
      OxygenPart(Code::kOxygenConcentration, inhaled, "%");
      out.EndList();
    }
    m_.Finish();
  }

  void MapSedation() {
    const auto score = node_.number("sedationScore");
    const std::string_view scale = node_.text("sedationScale");
    if (!score) return;
    if (CodesOf(scale).empty()) {
      m_.Warn("required", m_.Path("vitals", index_, "sedationScale"),
              "A sedation score without its scale means nothing and is left out.");
      return;
    }
    Begin("sedation", "simple-observation");
    m_.ConceptOf("code", scale);
    Head(Code::kCategoryExam);
    WriteScore(m_, *score);
    m_.Finish();
  }

  void MapDissociation() {
    const auto total = node_.number("cadssTotal");
    if (!total) return;
    Begin("cadss", "observation-screening-assessment");
    m_.Concept("code", Code::kObsCadss);
    Head(Code::kCategorySurvey);
    WriteScore(m_, *total);
    m_.Finish();
  }

  Mapping& m_;
  Node node_;
  size_t index_;
  std::string_view id_;
  FirstDose dose_;
  std::string_view practitioner_;
  std::optional<int64_t> offset_;
  bool noted_ = false;
};

}  // namespace

void MapVitals(Mapping& m, Node readings, FirstDose dose, std::string_view practitioner) {
  size_t index = 0;
  for (const Node reading : readings) Reading(m, reading, index++, dose, practitioner).Map();
}

}  // namespace kgw::kap
