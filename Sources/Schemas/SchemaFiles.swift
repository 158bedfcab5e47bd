/// The data files that are built in.
extension Schema {
    /// They are read in this order: what others refer to comes first.
    public static var builtInFiles: [(name: String, bytes: [UInt8])] {
        [
            ("shapes.yml", PackageResources.shapes_yml), ("tables.yml", PackageResources.tables_yml),
            ("processes.yml", PackageResources.processes_yml), ("filesystem.yml", PackageResources.filesystem_yml),
            ("registry.yml", PackageResources.registry_yml), ("services.yml", PackageResources.services_yml),
            ("ports.yml", PackageResources.ports_yml),
            ("network_traffic.yml", PackageResources.network_traffic_yml),
            ("network_resolution.yml", PackageResources.network_resolution_yml),
            ("web.yml", PackageResources.web_yml), ("authentication.yml", PackageResources.authentication_yml),
            ("change.yml", PackageResources.change_yml),
            ("events_windows.yml", PackageResources.events_windows_yml),
            ("events_sysmon.yml", PackageResources.events_sysmon_yml),
            ("events_security.yml", PackageResources.events_security_yml),
            ("events_system.yml", PackageResources.events_system_yml),
            ("events_other_logs.yml", PackageResources.events_other_logs_yml),
            ("events_linux.yml", PackageResources.events_linux_yml),
            ("events_crowdstrike.yml", PackageResources.events_crowdstrike_yml),
            ("logsources_windows.yml", PackageResources.logsources_windows_yml),
            ("logsources_linux.yml", PackageResources.logsources_linux_yml),
            ("logsources_macos.yml", PackageResources.logsources_macos_yml),
            ("logsources_cloud.yml", PackageResources.logsources_cloud_yml),
            ("logsources_services.yml", PackageResources.logsources_services_yml),
            ("logsources_zeek.yml", PackageResources.logsources_zeek_yml),
            ("logsources_network.yml", PackageResources.logsources_network_yml),
            ("logsources_crowdstrike.yml", PackageResources.logsources_crowdstrike_yml),
        ]
    }
}
