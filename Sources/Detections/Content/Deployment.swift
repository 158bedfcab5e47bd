import YAML

/// How detections of a type are scheduled and what their findings raise.
public struct Deployment: Hashable, Sendable {
    /// For people; detections find their deployment by ``type``.
    public var name: String
    /// Whose detections it is for.
    public var type: DetectionType
    /// Five fields, or a name such as `@hourly`.
    public var cron: String
    /// Splunk's relative time; empty for all of time.
    public var earliest: String
    /// Splunk's relative time; empty for now.
    public var latest: String
    /// `auto`, or minutes.
    public var scheduleWindow: String
    /// `nil` where no notable event is created.
    public var notable: Notable?
    /// Whether each finding raises a risk event for each of its risk objects.
    public var createsRiskEvents: Bool

    /// The notable event that a finding creates.
    public struct Notable: Hashable, Sendable {
        /// May hold `%name%`, `%description%` and `$field$`.
        public var title: String
        /// As ``title``.
        public var description: String
        /// Fields of the finding that the notable event shows first.
        public var fields: [String]

        /// ESCU's own words, where no others are given.
        public init(
            title: String = "%name%", description: String = "%description%", fields: [String] = ["user", "dest"]
        ) {
            self.title = title
            self.description = description
            self.fields = fields
        }
    }

    /// The schedule is ESCU's for most types: hourly, over the hour that ended ten minutes before.
    public init(
        name: String = "", type: DetectionType, cron: String = "0 * * * *", earliest: String = "-70m@m",
        latest: String = "-10m@m", scheduleWindow: String = "auto", notable: Notable? = nil,
        createsRiskEvents: Bool = false
    ) {
        self.name = name
        self.type = type
        self.cron = cron
        self.earliest = earliest
        self.latest = latest
        self.scheduleWindow = scheduleWindow
        self.notable = notable
        self.createsRiskEvents = createsRiskEvents
    }

    /// ESCU's default configuration of a type.
    public init(defaultFor type: DetectionType) {
        self.init(name: "ESCU Default Configuration \(type.rawValue)", type: type)
        switch type {
        case .ttp:
            notable = Notable()
            createsRiskEvents = true
        case .anomaly: createsRiskEvents = true
        case .correlation: notable = Notable()
        case .hunting: break
        case .baseline:
            cron = "10 0 * * *"
            earliest = "-1450m@m"
        }
    }

    /// Reads a document of a deployments folder.
    ///
    /// - Throws: `ContentProblem` where the type is missing or unknown, or the schedule has no cron expression.
    init(_ document: YAMLNode, file: String, problems: inout [ContentProblem]) throws(ContentProblem) {
        var reader = DocumentReader(document.mapping ?? YAMLMapping(), file: file)
        let typeText = reader.text("type")
        guard let type = DetectionType(typeText) else {
            throw ContentProblem(
                .error, file: file, mark: document["type"]?.mark ?? document.mark,
                reason: "the key type must be one of \(DetectionType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var scheduling = reader.section("scheduling")
        let cron = scheduling.text("cron_schedule")
        guard !cron.isEmpty else {
            throw ContentProblem(
                .error, file: file, mark: document["scheduling"]?.mark ?? document.mark,
                reason: "the key scheduling.cron_schedule is missing; a deployment needs it")
        }
        var actions = reader.section("alert_action")
        var notable: Notable?
        if actions.mapping["notable"]?.mapping != nil {
            var section = actions.section("notable")
            notable = Notable(
                title: section.text("rule_title"), description: section.text("rule_description"),
                fields: section.texts("nes_fields"))
            actions.absorb(section)
        }
        let risk = actions.section("rba")
        self.init(
            name: reader.text("name"), type: type, cron: cron, earliest: scheduling.text("earliest_time"),
            latest: scheduling.text("latest_time"), scheduleWindow: scheduling.text("schedule_window"),
            notable: notable, createsRiskEvents: Self.isOn(risk.mapping["enabled"]))
        reader.absorb(scheduling)
        reader.absorb(actions)
        problems += reader.problems
    }

    /// Whether it says true; deployments are found that have it in quotation marks.
    private static func isOn(_ node: YAMLNode?) -> Bool {
        node?.bool ?? (node?.text?.lowercased() == "true")
    }
}

/// One deployment for each type of detection.
public struct Deployments: Hashable, Sendable {
    private var byType: [DetectionType: Deployment] = [:]

    /// ESCU's defaults.
    public init() {
        for type in DetectionType.allCases { byType[type] = Deployment(defaultFor: type) }
    }

    /// Where none was set: ESCU's default for the type.
    public subscript(type: DetectionType) -> Deployment {
        get { byType[type] ?? Deployment(defaultFor: type) }
        set { byType[type] = newValue }
    }
}
