/// Which parts of the schema a run reads. What is left out is never looked at, and reading it would take most of the time
/// of a small run.
public struct SchemaParts: Sendable {
    /// `Model.Dataset` each; `nil` for all.
    public var datasets: Set<String>?
    /// What add-ons make of events' own fields.
    public var events: Bool
    /// The same for the records of cloud platforms, identity providers, proxies and the like: only where `events` is true.
    public var records: Bool
    /// What Sigma rules ask for.
    public var logsources: Bool

    /// The whole schema: what a run needs that may be asked for anything.
    public static let all = SchemaParts(datasets: nil, events: true, records: true, logsources: true)

    /// - Parameter datasets: `Model.Dataset` each; `nil` for all.
    public init(datasets: Set<String>?, events: Bool, records: Bool, logsources: Bool) {
        self.datasets = datasets
        self.events = events
        self.records = records
        self.logsources = logsources
    }
}

/// The data files that are built in.
extension Schema {
    /// They are read in this order: what others refer to comes first.
    public static var builtInFiles: [(name: String, bytes: [UInt8])] {
        parts.map { (name: $0.name + ".yml", bytes: $0.bytes()) }
    }

    /// What a file is for.
    enum Part: Sendable, Equatable {
        /// What all others refer to.
        case common
        /// The datasets of these names; those of a model where one ends in a dot.
        case datasets([String])
        case events, records, logsources
        /// The tables that records' fields are made with, and where collectors put them, in these datasets and in the events' own view.
        case tables([String])
        /// The tables that logsources' fields are made with.
        case logsourceTables
    }

    /// The files that all others refer to.
    static var commonFiles: [(name: String, bytes: [UInt8])] {
        parts.filter { $0.part == .common }.map { (name: $0.name + ".yml", bytes: $0.bytes()) }
    }

    /// The files of some parts, without the common ones. A dataset that none of them has is one that the schema lacks: then all
    /// of them are told.
    static func builtInFiles(of wanted: SchemaParts) -> [(name: String, bytes: [UInt8])] {
        var names = wanted.datasets
        if let some = names, !some.allSatisfy({ name in parts.contains { $0.part.holds(name) } }) { names = nil }
        return parts.filter { file in
            switch file.part {
            case .common: false
            case .datasets: names.map { $0.contains { file.part.holds($0) } } ?? true
            case .events: wanted.events
            case .records: wanted.events && wanted.records
            case .tables(let models):
                wanted.events && wanted.records
                    || names.map { $0.contains { name in models.contains { name.hasPrefix($0) } } } ?? true
            case .logsources, .logsourceTables: wanted.logsources
            }
        }.map { (name: $0.name + ".yml", bytes: $0.bytes()) }
    }

    /// Models whose events are known by the models' own names only.
    private static let securityModels = [
        "Alerts.", "Certificates.", "Data_Access.", "DLP.", "Email.", "Intrusion_Detection.", "Malware.", "UEBA.",
        "Updates.", "Vulnerabilities.",
    ]
    private static let operationsModels = [
        "Compute_Inventory.", "Databases.", "Event_Signatures.", "Interprocess_Messaging.", "JVM.", "Network_Sessions.",
        "Performance.", "Splunk_Audit.", "Ticket_Management.",
    ]

    static let parts: [(name: String, part: Part, bytes: @Sendable () -> [UInt8])] = [
        ("times", .common, { PackageResources.times_yml }),
        ("shapes", .common, { PackageResources.shapes_yml }),
        ("shapes_flat", .common, { PackageResources.shapes_flat_yml }),
        ("channels", .common, { PackageResources.channels_yml }),
        ("tables", .common, { PackageResources.tables_yml }),
        ("tables_records", .tables(["Authentication.", "Change.", "Web."]), { PackageResources.tables_records_yml }),
        ("places_records", .tables(["Authentication.", "Change."]), { PackageResources.places_records_yml }),
        ("processes", .datasets(["Endpoint.Processes"]), { PackageResources.processes_yml }),
        ("filesystem", .datasets(["Endpoint.Filesystem"]), { PackageResources.filesystem_yml }),
        ("registry", .datasets(["Endpoint.Registry"]), { PackageResources.registry_yml }),
        ("services", .datasets(["Endpoint.Services"]), { PackageResources.services_yml }),
        ("ports", .datasets(["Endpoint.Ports"]), { PackageResources.ports_yml }),
        ("network_traffic", .datasets(["Network_Traffic."]), { PackageResources.network_traffic_yml }),
        ("network_traffic_flows", .datasets(["Network_Traffic."]), { PackageResources.network_traffic_flows_yml }),
        ("network_resolution", .datasets(["Network_Resolution."]), { PackageResources.network_resolution_yml }),
        ("web", .datasets(["Web."]), { PackageResources.web_yml }),
        ("authentication", .datasets(["Authentication."]), { PackageResources.authentication_yml }),
        ("change", .datasets(["Change."]), { PackageResources.change_yml }),
        ("change_records", .datasets(["Change."]), { PackageResources.change_records_yml }),
        ("models_security", .datasets(securityModels), { PackageResources.models_security_yml }),
        ("models_operations", .datasets(operationsModels), { PackageResources.models_operations_yml }),
        ("risk", .datasets(["Risk."]), { PackageResources.risk_yml }),
        ("events_windows", .events, { PackageResources.events_windows_yml }),
        ("events_sysmon", .events, { PackageResources.events_sysmon_yml }),
        ("events_security", .events, { PackageResources.events_security_yml }),
        ("events_system", .events, { PackageResources.events_system_yml }),
        ("events_other_logs", .events, { PackageResources.events_other_logs_yml }),
        ("events_linux", .events, { PackageResources.events_linux_yml }),
        ("events_crowdstrike", .events, { PackageResources.events_crowdstrike_yml }),
        ("events_aws", .records, { PackageResources.events_aws_yml }),
        ("events_azure", .records, { PackageResources.events_azure_yml }),
        ("events_office", .records, { PackageResources.events_office_yml }),
        ("events_google", .records, { PackageResources.events_google_yml }),
        ("events_identity", .records, { PackageResources.events_identity_yml }),
        ("events_development", .records, { PackageResources.events_development_yml }),
        ("events_kubernetes", .records, { PackageResources.events_kubernetes_yml }),
        ("events_network", .records, { PackageResources.events_network_yml }),
        ("events_web", .records, { PackageResources.events_web_yml }),
        ("events_devices", .records, { PackageResources.events_devices_yml }),
        ("logsources_windows", .logsources, { PackageResources.logsources_windows_yml }),
        ("logsources_providers", .logsources, { PackageResources.logsources_providers_yml }),
        ("tables_calls", .logsourceTables, { PackageResources.tables_calls_yml }),
        ("logsources_linux", .logsources, { PackageResources.logsources_linux_yml }),
        ("logsources_syslog", .logsources, { PackageResources.logsources_syslog_yml }),
        ("logsources_macos", .logsources, { PackageResources.logsources_macos_yml }),
        ("logsources_cloud", .logsources, { PackageResources.logsources_cloud_yml }),
        ("logsources_azure", .logsources, { PackageResources.logsources_azure_yml }),
        ("logsources_entra", .logsources, { PackageResources.logsources_entra_yml }),
        ("logsources_m365", .logsources, { PackageResources.logsources_m365_yml }),
        ("logsources_services", .logsources, { PackageResources.logsources_services_yml }),
        ("logsources_zeek", .logsources, { PackageResources.logsources_zeek_yml }),
        ("logsources_network", .logsources, { PackageResources.logsources_network_yml }),
        ("logsources_web", .logsources, { PackageResources.logsources_web_yml }),
        ("logsources_applications", .logsources, { PackageResources.logsources_applications_yml }),
        ("logsources_crowdstrike", .logsources, { PackageResources.logsources_crowdstrike_yml }),
        ("logsources_agents", .logsources, { PackageResources.logsources_agents_yml }),
        ("logsources_endpoints", .logsources, { PackageResources.logsources_endpoints_yml }),
    ]
}

extension Schema.Part {
    fileprivate func holds(_ dataset: String) -> Bool {
        guard case .datasets(let own) = self else { return false }
        return own.contains { $0.hasSuffix(".") ? dataset.hasPrefix($0) : dataset == $0 }
    }
}
