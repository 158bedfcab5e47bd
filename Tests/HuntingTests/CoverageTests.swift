import Archives
import Detections
import Events
import Hunting
import SPL
import Schemas
import TestSupport
import Testing

@Suite("What searches could see")
struct CoverageTests {
    private static let events = """
        {"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\\\a.exe","Computer":"h"}
        {"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\\\b.exe","Computer":"h"}
        {"EventID":4625,"Channel":"Security","TargetUserName":"anna"}
        {"EventID":4624,"Channel":"Security","LogonType":"3"}

        """

    private func rule(_ text: String) throws -> HuntRule {
        HuntRule(
            identity: RuleIdentity(id: text, name: text, kind: .escu),
            state: .compiled(try SearchCompiler.compile(text)))
    }

    private func coverage(_ searches: [String], threads: Int = 1) async throws -> HuntReport {
        let folder = try TemporaryFolder()
        let archive = try folder.write(Self.events, to: "a.jsonl")
        var options = HuntOptions(now: Timestamp(nanoseconds: 0))
        options.countsFields = true
        options.threads = threads
        options.archives.chunkSize = 1
        let hunter = try Hunter(rules: try searches.map(rule), schema: testSchema, options: options)
        return await hunter.run(try ArchiveLocator().locate(paths: [archive]))
    }

    @Test("is told of datasets and of origins, whatever the number of threads", arguments: [1, 3])
    func verdicts(threads: Int) async throws {
        let report = try await coverage(
            [
                "| tstats count from datamodel=Endpoint.Processes where Processes.process_name=z.exe by Processes.dest",
                "| tstats count from datamodel=Endpoint.Processes where Processes.process=* by Processes.dest",
                "| tstats count from datamodel=Endpoint.Registry by Registry.dest",
                "Channel=Security EventCode=4625 TargetUserName=bertha | stats count by TargetUserName",
                "Channel=Security EventCode=4625 LogonType=3 | stats count by LogonType",
                "Channel=System EventCode=7045 | stats count by ServiceName",
            ], threads: threads)
        let verdicts = report.rules.map { $0.coverage?.verdict }
        #expect(verdicts == [.evaluated, .notEvaluable, .noEvents, .evaluated, .notEvaluable, .noEvents])
        #expect(report.rules.map { $0.coverage?.events } == [2, 2, 0, 1, 1, 0])
        let fields = report.rules[1].coverage?.fields.map { "\($0.name)=\($0.events)" }
        #expect(fields == ["dest=2", "process=0"])
        #expect(report.summary.evaluated == 2 && report.summary.withoutEvents == 2 && report.summary.notEvaluable == 2)
    }

    @Test("is not told where a search inside of another one, or the hunt's own risk, may give rows")
    func untold() async throws {
        let report = try await coverage([
            "Channel=System | stats count by host | append [search Channel=Security | stats count by Channel]",
            "| tstats count from datamodel=Risk.All_Risk by All_Risk.risk_object",
        ])
        #expect(report.rules.map(\.status) == [.compiled, .compiled])
        #expect(report.rules.allSatisfy { $0.coverage == nil })
    }

    @Test("rules over the risk of other rules are fed where one of these is")
    func riskFeeds() async throws {
        let folder = try TemporaryFolder()
        let archive = try folder.write(Self.events, to: "a.jsonl")
        let risk = "| tstats count from datamodel=Risk.All_Risk by All_Risk.risk_object"
        for (other, isFed) in [("Channel=Security | stats count", true), ("Channel=System | stats count", false)] {
            let surveyor = try Surveyor(
                schema: testSchema, options: HuntOptions(now: Timestamp(nanoseconds: 0)),
                rules: [try rule(risk), try rule(other)])
            let survey = await surveyor.run(try ArchiveLocator().locate(paths: [archive]))
            #expect(survey.feeds.map(\.isFed) == [isFed, isFed])
            #expect(survey.feeds[0].raisers == (isFed ? 1 : 0))
        }
    }
}
