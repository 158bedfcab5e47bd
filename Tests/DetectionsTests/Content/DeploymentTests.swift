import Testing
import YAML

@testable import Detections

@Suite struct DeploymentTests {
    private func deployment(_ text: String) throws -> Deployment {
        let document = try #require(try YAMLStream(Array(text.utf8), file: "d.yml").documents.first)
        var problems: [ContentProblem] = []
        return try Deployment(document, file: "d.yml", problems: &problems)
    }

    @Test(
        "the built-in defaults are ESCU's",
        arguments: [
            (DetectionType.ttp, true, true), (.anomaly, false, true), (.correlation, true, false),
            (.hunting, false, false),
            (.baseline, false, false),
        ])
    func defaults(type: DetectionType, hasNotable: Bool, hasRisk: Bool) {
        let deployment = Deployments()[type]
        #expect((deployment.notable != nil) == hasNotable)
        #expect(deployment.createsRiskEvents == hasRisk)
        #expect(deployment.latest == "-10m@m")
        #expect(deployment.scheduleWindow == "auto")
        #expect(deployment.cron == (type == .baseline ? "10 0 * * *" : "0 * * * *"))
        #expect(deployment.earliest == (type == .baseline ? "-1450m@m" : "-70m@m"))
        #expect(deployment.notable?.fields ?? ["user", "dest"] == ["user", "dest"])
    }

    @Test("a deployment file is read")
    func file() throws {
        let deployment = try deployment(
            """
            name: Mine
            type: anomaly
            scheduling: {cron_schedule: '*/5 * * * *', earliest_time: -5m@m, latest_time: now, schedule_window: 10}
            alert_action:
              notable: {rule_title: 'T %name%', rule_description: D, nes_fields: [src]}
              rba: {enabled: false}
            """)
        #expect(
            deployment
                == Deployment(
                    name: "Mine", type: .anomaly, cron: "*/5 * * * *", earliest: "-5m@m", latest: "now",
                    scheduleWindow: "10",
                    notable: .init(title: "T %name%", description: "D", fields: ["src"]), createsRiskEvents: false))
    }

    @Test("of two deployments of one type the first counts, and the other is told")
    func twice() throws {
        let folder = try TemporaryFolder()
        for (name, cron) in [("a", "@daily"), ("b", "@hourly")] {
            try folder.write("\(name).yml", "{type: TTP, scheduling: {cron_schedule: '\(cron)'}}")
        }
        var problems: [ContentProblem] = []
        let folders = ContentFolders(deployments: [folder.path])
        #expect(folders.loadDeployments(limits: YAMLLimits(), problems: &problems)[.ttp].cron == "@daily")
        #expect(problems.map(\.severity) == [.warning])
        #expect(problems.first?.file.hasSuffix("b.yml") == true)
    }

    @Test(
        "a deployment without a type or a schedule is an error",
        arguments: [
            "scheduling: {cron_schedule: '@daily'}", "{type: Other, scheduling: {cron_schedule: x}}", "type: TTP",
        ])
    func broken(text: String) {
        #expect(throws: ContentProblem.self) { try deployment(text) }
    }
}
