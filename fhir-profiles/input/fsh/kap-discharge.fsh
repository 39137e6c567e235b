// Link ids and texts are those that the mapper writes (plugins/kap_mapper/discharge.cc).
RuleSet: Criterion(number, link, text)
* item[{number}].linkId = "{link}"
* item[{number}].text = {text}
* item[{number}].type = #choice
* item[{number}].answerOption[0].valueCoding = KapAnswerCodeSystem#yes "Yes"
* item[{number}].answerOption[1].valueCoding = KapAnswerCodeSystem#no "No"
* item[{number}].answerOption[2].valueCoding = KapAnswerCodeSystem#unknown "Unknown"
* item[{number}].item[0].linkId = "{link}-note"
* item[{number}].item[0].text = "Note"
* item[{number}].item[0].type = #text

RuleSet: Line(number, link, text, type)
* item[{number}].linkId = "{link}"
* item[{number}].text = {text}
* item[{number}].type = #{type}

Instance: kap-discharge
InstanceOf: Questionnaire
Usage: #definition
* url = "https://kap-gateway.org/fhir/Questionnaire/kap-discharge"
* version = "1"
* name = "KapDischarge"
* title = "Discharge after a ketamine session"
* description = "What is looked at before a patient leaves after a ketamine session, who comes along, and what was decided. No criterion decides by itself."
* status = #draft
* experimental = false
* publisher = "KAP Gateway contributors"
* subjectType = #Patient
* insert Criterion(0, oriented, "Knows who\, where and when")
* insert Criterion(1, walks, "Walks as before")
* insert Criterion(2, blood-pressure, "Blood pressure as before")
* insert Criterion(3, oxygen, "Oxygen saturation above the floor")
* insert Criterion(4, not-sedated, "Awake and calm")
* insert Criterion(5, nausea-controlled, "No nausea that matters")
* insert Criterion(6, no-suicidality, "Nothing new about suicide")
* insert Criterion(7, watched, "Watched for long enough")
* insert Line(8, ready, "Ready to leave", boolean)
* item[8].required = true
* insert Line(9, left, "Left at", dateTime)
* insert Line(10, escort, "Escort", reference)
* insert Line(11, escort-name, "Name of the escort", string)
* insert Line(12, no-driving, "Will not drive until the next day after sleep", boolean)
* insert Line(13, instructions, "What the patient was told", text)
