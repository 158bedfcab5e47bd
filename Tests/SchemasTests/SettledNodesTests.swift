import Synchronization
import TestRandom
import TestSupport
import Testing

@testable import Events
@testable import Schemas

@Suite("Fields of events whose form was seen before")
final class SettledNodesTests {
    /// Events of several shapes; `?` stands for any value.
    private static let kinds = [
        #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":?,"Image":?,"ParentImage":?,"User":?,"CommandLine":?}"#,
        #"{"Channel":"Security","EventID":4688,"NewProcessName":?,"ParentProcessName":?,"SubjectUserName":?,"Hostname":?}"#,
        #"{"Channel":"Security","EventID":4663,"ObjectName":?,"AccessList":?,"ObjectType":"File","ProcessName":?}"#,
        #"{"EventID":13,"SourceName":"Microsoft-Windows-Sysmon","TargetObject":?,"Message":?,"Details":?,"EventType":?}"#,
        #"{"Event":{"System":{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":?},"EventData":{"Image":?,"User":?,"ParentCommandLine":?}}}"#,
        #"{"winlog":{"event_id":1,"channel":"Microsoft-Windows-Sysmon/Operational","event_data":{"Image":?,"Hashes":?}},"host":{"name":?},"process":{"executable":?}}"#,
        #"{"event_id":4624,"log_name":"Security","computer_name":?,"event_data":{"TargetUserName":?,"IpAddress":?}}"#,
        #"{"event_simpleName":"ProcessRollup2","ImageFileName":?,"CommandLine":?,"ComputerName":?,"SHA256HashData":?}"#,
        #"{"EventCode":4688,"source":"XmlWinEventLog:Security","New_Process_Name":?,"ComputerName":?,"user":?}"#,
        #"{"process_name":?,"process":?,"dest":?,"parent_process_name":?}"#,
        #"{"_path":"conn","ts":1714557600,"uid":?,"id.orig_h":?,"orig_bytes":?,"resp_bytes":?,"resp_pkts":?}"#,
        #"{"_raw":?,"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":?}"#,
        #"{"result":{"EventCode":1,"Image":?,"source":?},"preview":false}"#,
        #"{"_source":{"winlog":{"event_id":1,"channel":?,"event_data":{"Image":?}}}}"#,
    ]

    private static let values = [
        #""C:\\Windows\\System32\\cmd.exe""#, #""""#, "null", "4", "true", #""a \"b\" c""#, #""-""#, #"["x","y"]"#,
        #"{"name":"x"}"#, #""SYSTEM""#, #""host.example""#, #""EventType: CreateValue\r\n""#, #""%%1537 %%4417""#,
        #""{\"EventID\":4688,\"Channel\":\"Security\",\"NewProcessName\":\"C:\\\\a.exe\"}""#,
        #""<Event><System><EventID>1</EventID><Channel>Microsoft-Windows-Sysmon/Operational</Channel></System></Event>""#,
        #""Microsoft-Windows-Sysmon/Operational""#,
    ]

    private func line(_ random: inout SeededGenerator, of kind: String) -> [UInt8] {
        let parts = kind.split(separator: "?", omittingEmptySubsequences: false)
        var text = String(parts[0])
        for part in parts.dropFirst() { text += (Self.values.randomElement(using: &random) ?? "1") + part }
        return Array(text.utf8)
    }

    /// What was derived from the same bytes in the same way before.
    private let derived = Mutex<[String: [String]]>([:])

    /// All that a reader has of an event.
    private func told(_ reader: EventReader, _ map: FieldMap, _ line: [UInt8]) -> String {
        line.withUnsafeBytes { bytes in
            if let reason = reader.read(bytes) { return "\(reason)" }
            var told = reader.shapeText.string + " \(Array(reader.domains())) \(String(describing: reader.timestamp))"
            for field in 0..<map.fieldCount {
                let written = reader.written(field)
                let values = reader.values(of: field)
                let texts = (0..<values.testedCount).map { String(decoding: values[$0], as: UTF8.self) }
                told += "; \(map.requests[field].name)=\(texts) \(values.count) \(values.exists) \(values.isGiven)"
                switch written {
                case .missing: if values.testedCount > 0 { told += " WRITTEN AS MISSING" }
                case .one: if values.testedCount != 1 { told += " WRITTEN AS ONE" }
                case .derived(let bytes, let way):
                    let key = "\(way) \(String(decoding: bytes, as: UTF8.self))"
                    let known = derived.withLock { known in
                        defer { if known[key] == nil { known[key] = texts } }
                        return known[key] ?? texts
                    }
                    if known != texts { told += " DERIVED ANEW AS \(known)" }
                case .unclear: break
                }
            }
            return told
        }
    }

    @Test("are those that a reader finds that has seen no event before")
    func equality() throws {
        let schema = Schema.shared
        var requests: [FieldMap.Request] = []
        for dataset in schema.datasetNames {
            let names = schema.fieldNames(ofDataset: dataset) + ["source", "sourcetype"]
            requests += names.map { FieldMap.Request(view: .dataset(dataset), name: $0) }
        }
        let logsource = try #require(
            schema.logsource(product: "windows", category: "process_creation", service: nil))
        let own = ["EventID", "Image", "CommandLine", "source", "sourcetype", "user", "dest", "host", "process_name"]
        requests += own.map { FieldMap.Request(view: .events, name: $0) }
        requests += own.map { FieldMap.Request(view: .logsource(logsource), name: $0) }
        let map = try FieldMap(schema: schema, requests: requests, views: [])
        let reader = EventReader(map: map, zone: .utc)
        var random = SeededGenerator(seed: 31)
        var settled = 0
        for round in 0..<600 {
            let kind = Self.kinds[round / 3 % Self.kinds.count]
            let line = line(&random, of: kind)
            let found = told(reader, map, line)
            if reader.settledRow != nil { settled += 1 }
            let expected = told(EventReader(map: map, zone: .utc), map, line)
            if found != expected {
                Issue.record("found \(found), not \(expected): \(String(decoding: line, as: UTF8.self))")
                return
            }
        }
        #expect(settled > 100, "too few events were of a known form: \(settled)")
    }

    @Test(
        "are what was settled for their form, or open, also where there is no page left", arguments: [2, 3, 40, 4_000])
    func pages(most: Int) {
        let nodeCount = 1_000
        let settled = SettledNodes(nodeCount: nodeCount, mostPages: most)
        var random = SeededGenerator(seed: 77)
        var known: [[Int]: [Int32: Int32]] = [:]
        var found = 0
        for round in 0..<20_000 {
            let place = Int.random(in: 0..<EventForms.capacity, using: &random) / (1 + round % 64)
            let form = EventForms.Reference(place: place, generation: UInt32(round / 5_000 + place % 2))
            let row = settled.row(for: form)
            let node = Int32.random(in: 0..<Int32(nodeCount), using: &random) / Int32(1 + round % 32)
            let told = settled.entry(node, in: row).node
            if told != SettledNodes.open {
                found += 1
                #expect(told == known[[place, Int(form.generation)]]?[node], "node \(node) of \(form)")
            }
            settled.place(node, in: row).pointee.node = Int32(round)
            known[[place, Int(form.generation)], default: [:]][node] = Int32(round)
            #expect(settled.entry(node, in: row).node == Int32(round))
        }
        #expect(found > (most == 4_000 ? 1_000 : 0), "too few were found again: \(found)")
    }

    @Test("follow from the form and from what was asked, and from nothing else")
    func answers() throws {
        let schema = Schema.shared
        var requests: [FieldMap.Request] = []
        for dataset in schema.datasetNames {
            requests += schema.fieldNames(ofDataset: dataset).map {
                FieldMap.Request(view: .dataset(dataset), name: $0)
            }
        }
        let map = try FieldMap(schema: schema, requests: requests, views: [])
        let reader = EventReader(map: map, zone: .utc)
        var random = SeededGenerator(seed: 47)
        var known: [[String]: String] = [:]
        var found = 0
        for round in 0..<6000 {
            let line = line(&random, of: Self.kinds[round % Self.kinds.count])
            // A few fields of one dataset, as a search asks for them.
            let dataset = map.requests[round % map.fieldCount].view
            let fields = (0..<map.fieldCount).filter { map.requests[$0].view == dataset }.prefix(3)
            line.withUnsafeBytes { bytes in
                guard reader.read(bytes) == nil, let form = reader.untouchedForm else { return }
                reader.beginNotes()
                var told = "\(Array(reader.domains()))"
                for field in fields {
                    let values = reader.values(of: field)
                    told += " \((0..<values.testedCount).map { String(decoding: values[$0], as: UTF8.self) })"
                    told += "\(values.exists)\(values.isGiven)\(values.hasEmptyText)"
                }
                guard let questions = reader.endNotes() else { return }
                var key = ["\(form) \(fields)"]
                for question in questions {
                    guard let answer = reader.answer(to: question) else { return }
                    key.append("\(question.number) \(answer.kind) \(String(decoding: answer.text, as: UTF8.self))")
                }
                if let before = known[key] {
                    found += 1
                    #expect(told == before, "\(key): \(String(decoding: line, as: UTF8.self))")
                }
                known[key] = told
            }
        }
        #expect(found > 300, "too few events gave the same answers: \(found)")
    }
}
