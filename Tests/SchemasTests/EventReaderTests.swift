import Events
import Testing

@testable import Schemas

/// What a reader says of one event.
private func read(
    _ line: String, _ names: [String], dataset: String? = nil, zone: Events.TimeZone = .utc
) throws -> [String: [String]] {
    let view: FieldMap.View = dataset.map { .dataset($0) } ?? .events
    let map = try FieldMap(
        schema: Schema.shared, requests: names.map { FieldMap.Request(view: view, name: $0) }, views: [view])
    let reader = EventReader(map: map, zone: zone)
    let bytes = Array(line.utf8)
    return try bytes.withUnsafeBytes { buffer in
        #expect(reader.read(buffer) == nil)
        var found: [String: [String]] = ["shape": [reader.shapeText.string]]
        if let dataset {
            let index = try #require(map.dataset(dataset))
            let source = reader.source(in: index)
            found["source"] = source < 0 ? [] : [map.sourceNames(of: index)[source]]
        }
        if let time = reader.timestamp { found["time"] = [time.iso8601] }
        for name in names {
            let field = try #require(map.field(FieldMap.Request(view: view, name: name)))
            let values = reader.values(of: field)
            found[name] = (0..<values.count).map { String(decoding: values[$0], as: UTF8.self) }
        }
        return found
    }
}

private let processes = "Endpoint.Processes"

@Suite("Events in their shapes")
struct EventReaderTests {
    @Test(
        "are recognised by their keys",
        arguments: [
            (#"{"EventID":1,"Channel":"x"}"#, "nxlog"), (#"{"EventID":1,"SourceName":"x"}"#, "nxlog"),
            (#"{"EventID":1}"#, "other"), (#"{"Event":{"System":{"EventID":1}}}"#, "evtx"),
            (##"{"Event":{"System":{"EventID":{"#text":"1"}}}}"##, "evtx"),
            (#"{"event_id":1,"log_name":"x"}"#, "winlogbeat6"), (#"{"winlog":{"event_id":1}}"#, "winlogbeat7"),
            (#"{"winlog.event_id":1}"#, "winlogbeat7"), (#"{"event_simpleName":"DnsRequest"}"#, "crowdstrike"),
            (#"{"event_simpleName":"ProcessRollup2"}"#, "crowdstrike_process"), (#"{"process_name":"a"}"#, "cim"),
            (#"{"process_name":""}"#, "other"), (#"{"_source":{"event_id":1,"log_name":"x"}}"#, "winlogbeat6"),
            (#"{"result":{"_source":{"winlog":{"event_id":1}}}}"#, "winlogbeat7"),
        ])
    func recognition(line: String, shape: String) throws {
        #expect(try read(line, [])["shape"] == [shape])
    }

    @Test("of Sysmon and Security belong to the processes by channel or provider, case ignored")
    func sources() throws {
        let source = { (line: String) in try read(line, [], dataset: processes)["source"] }
        let module = #"{"winlog":{"event_id":1,"channel":"Microsoft-Windows-Sysmon/Operational"}}"#
        #expect(try source(module) == ["Sysmon process creation, by Elastic's module"])
        let sysmon = ["Sysmon process creation"]
        #expect(try source(#"{"EventID":1,"Channel":"microsoft-windows-sysmon/OPERATIONAL"}"#) == sysmon)
        #expect(try source(#"{"EventID":"1","SourceName":"Microsoft-Windows-Sysmon"}"#) == sysmon)
        #expect(
            try source(#"{"EventID":1,"SourceName":"Linux-Sysmon"}"#) == ["Sysmon for Linux process creation"])
        #expect(try source(#"{"EventID":4688,"Channel":"security"}"#) == ["Security process creation"])
        #expect(try source(#"{"EventID":4688,"Channel":"System"}"#) == [])
        #expect(try source(#"{"EventID":2,"Channel":"Microsoft-Windows-Sysmon/Operational"}"#) == [])
        #expect(
            try source(#"{"event_simpleName":"SyntheticProcessRollup2"}"#) == ["CrowdStrike process rollup"])
        #expect(try source(#"{"parent_process":"x"}"#) == ["events with CIM names"])
    }

    @Test("give derived fields: the last part of a path, decimal identifiers, constants, the host")
    func derived() throws {
        let names = [
            "process_name", "process_id", "parent_process_name", "action", "os", "host", "user", "vendor_product",
        ]
        let security = try read(
            #"{"EventID":4688,"Channel":"Security","Hostname":"h","NewProcessName":"C:\\a\\b.exe","NewProcessId":"0x1F","ParentProcessName":"C:/p/","SubjectUserSid":"S-1"}"#,
            names, dataset: processes)
        #expect(security["process_name"] == ["b.exe"])
        #expect(security["process_id"] == ["31"])
        #expect(security["parent_process_name"] == [])
        #expect(security["action"] == ["allowed"])
        #expect(security["os"] == ["Microsoft Windows"])
        #expect(security["host"] == ["h"])
        #expect(security["user"] == ["S-1"])
        let linux = try read(
            #"{"EventID":1,"SourceName":"Linux-Sysmon","host":"own","Computer":"c","Image":"/bin/sh"}"#, names,
            dataset: processes)
        #expect(linux["os"] == [])
        #expect(linux["host"] == ["own"])
        #expect(linux["process_name"] == ["sh"])
        let falcon = try read(
            #"{"event_simpleName":"ProcessRollup2","event_platform":"Lin","FileName":"f","aid":"a"}"#,
            names + ["dest"], dataset: processes)
        #expect(falcon["os"] == [])
        #expect(falcon["process_name"] == ["f"])
        #expect(falcon["dest"] == ["a"])
    }

    @Test("of a CIM shape keep every top-level field, and the action is allowed where none is said")
    func cim() throws {
        let found = try read(
            #"{"process":"x","anything":"y","action":"blocked"}"#, ["anything", "action"], dataset: processes)
        #expect(found["anything"] == ["y"])
        #expect(found["action"] == ["blocked"])
        #expect(try read(#"{"process":"x"}"#, ["action"], dataset: processes)["action"] == ["allowed"])
    }

    @Test("have their own field names in every shape")
    func ownNames() throws {
        for line in [
            #"{"EventID":3,"Channel":"C","Hostname":"H","X":"x"}"#,
            ##"{"Event":{"System":{"EventID":{"#text":3},"Channel":"C","Computer":"H"},"EventData":{"X":"x"}}}"##,
            #"{"Event":{"System":{"EventID":3,"Channel":"C","Computer":"H"},"UserData":{"Any":{"X":"x"}}}}"#,
            #"{"event_id":3,"log_name":"C","computer_name":"H","event_data":{"X":"x"}}"#,
            #"{"winlog":{"event_id":3,"channel":"C","computer_name":"H","event_data":{"X":"x"}}}"#,
            #"{"_raw":"x","EventCode":3,"source":"XmlWinEventLog:C","Computer":"H","X":"x"}"#,
        ] {
            let found = try read(line, ["EventID", "EventCode", "Channel", "Computer", "X"])
            #expect(found["EventID"] == ["3"], "\(line)")
            #expect(found["EventCode"] == ["3"], "\(line)")
            #expect(found["Channel"] == ["C"], "\(line)")
            #expect(found["Computer"] == ["H"], "\(line)")
            #expect(found["X"] == ["x"], "\(line)")
        }
    }

    @Test("take the first time field that is there, and have no time when that can't be read")
    func times() throws {
        #expect(
            try read(#"{"UtcTime":"2020-01-02 03:04:05.678","@timestamp":"2021-01-01T00:00:00Z"}"#, [])["time"]
                == ["2020-01-02T03:04:05.678Z"])
        #expect(try read(#"{"UtcTime":"nonsense","@timestamp":"2021-01-01T00:00:00Z"}"#, [])["time"] == nil)
    }

    @Test("are of the event at hand, which may have none, however often they are asked for")
    func noTimeBehindOne() throws {
        let map = try FieldMap(schema: Schema.shared, requests: [], views: [.events])
        let reader = EventReader(map: map, zone: .utc)
        for (line, hasTime) in [(#"{"_time":"1","a":1}"#, true), (#"{"a":1}"#, false), (#"{"_time":"x"}"#, false)] {
            Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil)
                for _ in 0..<3 { #expect((reader.timestamp != nil) == hasTime, "\(line)") }
            }
        }
    }

    @Test("have the zone that was asked for where they say none, but for UtcTime")
    func zones() throws {
        let zone = try Events.TimeZone("+02:00")
        for (line, time) in [
            (#"{"UtcTime":"2020-01-02 03:04:05.678","EventTime":"x"}"#, "2020-01-02T03:04:05.678Z"),
            (#"{"_time":"2020-01-02 03:04:05","UtcTime":"2020-01-02 02:04:05"}"#, "2020-01-02T01:04:05Z"),
            (#"{"EventTime":"2020-01-02 03:04:05"}"#, "2020-01-02T01:04:05Z"),
            (#"{"EventTime":"2020-01-02T03:04:05Z"}"#, "2020-01-02T03:04:05Z"),
        ] {
            #expect(try read(line, [], zone: zone)["time"] == [time], "\(line)")
        }
        #expect(
            try read(
                #"{"event_simpleName":"ProcessRollup2","timestamp":"1600000000000","ProcessStartTime":"1500000000"}"#,
                [])["time"]
                == ["2017-07-14T02:40:00Z"])
        #expect(
            try read(
                #"{"event_simpleName":"DnsRequest","timestamp":"1600000000000","ProcessStartTime":"1500000000"}"#, [])[
                    "time"]
                == ["2020-09-13T12:26:40Z"])
        #expect(
            try read(
                ##"{"Event":{"System":{"EventID":1,"TimeCreated":{"#attributes":{"SystemTime":"2020-01-01T00:00:00.1234567Z"}}}}}"##,
                [])["time"]
                == ["2020-01-01T00:00:00.1234567Z"])
        let cloud = { (line: String) in try read(line, [])["time"] }
        #expect(try cloud(#"{"eventName":"x","eventTime":"2024-05-01T10:00:00Z"}"#) == ["2024-05-01T10:00:00Z"])
        #expect(try cloud(#"{"_path":"dns","ts":1714557600.5}"#) == ["2024-05-01T10:00:00.5Z"])
        #expect(
            try cloud(#"{"eventTime":"2024-05-01T10:00:00Z","time":"2023-01-01T00:00:00Z"}"#) == [
                "2023-01-01T00:00:00Z"
            ])
    }

    @Test("in a schema of the user's own are read as it says")
    func ownSchema() throws {
        let extra = """
            dataset: Own.Things
            sources:
              - {name: all, events: ["7"], fields: {thing: [{last_part_of: Path}, {constant: none}]}}
            """
        let schema = try Schema(files: Schema.builtInFiles + [("own.yml", Array(extra.utf8))])
        let request = FieldMap.Request(view: .dataset("Own.Things"), name: "thing")
        let map = try FieldMap(schema: schema, requests: [request], views: [])
        let reader = EventReader(map: map, zone: .utc)
        for (line, expected) in [(#"{"EventID":7,"Path":"a/b"}"#, "b"), (#"{"EventID":7}"#, "none")] {
            try Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil)
                let field = try #require(map.field(request))
                let value = try #require(reader.values(of: field).first)
                #expect(String(decoding: value, as: UTF8.self) == expected)
            }
        }
    }

    @Test("errors in schema files name the file, the place and the word")
    func errors() throws {
        for (text, part) in [
            ("dataset: X\nsources: 3\n", "a list is expected"), ("dataset: X\n", "`sources` is missing"),
            ("dataset: X\nsources:\n  - {name: a, service: nope, fields: {}}\n", "service nope"),
            ("dataset: X\nsources:\n  - {name: a, fields: {f: {first_part_of: X}}}\n", "first_part_of"),
            ("shapes: [", "own.yml:"),
        ] {
            let error = #expect(throws: SchemaError.self) {
                _ = try Schema(files: Schema.builtInFiles + [("own.yml", Array(text.utf8))])
            }
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
            #expect(error?.description.contains("own.yml") == true)
        }
    }
}
