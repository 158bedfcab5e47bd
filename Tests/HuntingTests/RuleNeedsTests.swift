import Archives
import Detections
import Events
import SPL
import Schemas
import Testing

@testable import Hunting

@Suite("What rules need")
struct RuleNeedsTests {
    private func needs(_ search: String) throws -> RuleNeeds {
        RuleNeeds(try SearchCompiler.compile(search), schema: testSchema)
    }

    @Test("is a dataset with the events it takes, and the fields that its filter and its groups can't do without")
    func dataset() throws {
        let needs = try needs(
            """
            | tstats count from datamodel=Endpoint.Processes where (Processes.process_name=a.exe \
            OR (Processes.process_name=b.exe Processes.process=*x*)) NOT Processes.user=SYSTEM \
            by Processes.dest | search count>1
            """)
        #expect(needs.dataset == "Endpoint.Processes")
        #expect(needs.text == "Endpoint.Processes")
        #expect(needs.fields == ["dest", "process_name"])
        #expect(needs.sources.contains { $0.events == ["4688"] && $0.channels == ["Security"] })
        let filled = try self.needs(
            """
            | tstats fillnull_value=x count from datamodel=Endpoint.Processes where Processes.process=* by Processes.dest
            """)
        #expect(filled.fields == ["process"])
    }

    @Test("is an origin where a search reads events themselves")
    func origin() throws {
        let needs = try needs(
            "(source=WinEventLog:Security OR Channel=Security) EventCode IN (4624, 4625) TargetUserName!=x | search LogonType=3 | stats count"
        )
        #expect(needs.dataset == nil)
        #expect(
            needs.origin == [
                RuleNeeds.Origin(field: "source", values: ["WinEventLog:Security"]),
                RuleNeeds.Origin(field: "Channel", values: ["Security"]),
                RuleNeeds.Origin(field: "EventCode", values: ["4624", "4625"]),
            ])
        #expect(needs.fields == ["EventCode", "LogonType", "TargetUserName"])
        #expect(needs.family == #"events with source="WinEventLog:Security" OR Channel="Security""#)
        #expect(try self.needs("powershell | stats count").text == "any events")
    }

    @Test("a rule that an event could pass is never called unfed", arguments: [1, 3])
    func feeds(threads: Int) async throws {
        let folder = try TemporaryFolder()
        let archive = try folder.write(
            """
            {"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\\\a.exe","Computer":"h"}
            {"EventID":4625,"Channel":"Security","TargetUserName":"anna"}
            {"EventID":4624,"Channel":"Security","LogonType":"3"}
            not an event

            """, to: "a.jsonl")
        let searches = [
            "| tstats count from datamodel=Endpoint.Processes where Processes.process_name=z.exe by Processes.dest",
            "| tstats count from datamodel=Endpoint.Processes where Processes.process=* by Processes.dest",
            "Channel=Security EventCode=4625 TargetUserName=bertha | stats count",
            "Channel=Security EventCode=4625 LogonType=3 | stats count",
            "Channel=System | stats count", "NOT Channel=Security | stats count",
            // Both names of the source are found; one of them is shown.
            "source=XmlWinEventLog:Security EventCode=4625 | stats count",
            "source=WinEventLog:Security EventCode=4625 | stats count",
            "| tstats count from datamodel=Nothing.Known by host",
        ]
        var options = HuntOptions(now: Timestamp(nanoseconds: 0))
        options.threads = threads
        options.archives.chunkSize = 1
        let surveyor = try Surveyor(
            schema: testSchema, options: options, rules: try searches.map(searchRule))
        let survey = await surveyor.run(ArchiveLocator().survey(paths: [archive]).archives)
        #expect(survey.feeds.map(\.isFed) == [true, false, true, false, false, true, true, true])
        #expect(survey.feeds.map(\.events) == [1, 1, 1, 1, 0, 1, 1, 1])
        #expect(survey.feeds[1].missingFields == ["process"])
        #expect(survey.feeds[1].source == "Sysmon process creation")
        #expect(survey.feeds[3].missingFields == ["LogonType"])
        #expect(survey.refusedRules.map(\.group) == ["the dataset Nothing.Known"])
    }
}
