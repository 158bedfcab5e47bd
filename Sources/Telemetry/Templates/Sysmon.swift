extension EventTemplate {
    /// Sysmon 1: the event that detections of process creation look at.
    static let sysmonProcessCreation = record(
        .sysmon, 1, version: 5, task: 1, weight: 12, category: "Process Create (rule: ProcessCreate)",
        title: "Process Create:",
        fields: #"""
            RuleName: -
            UtcTime: {utc}
            ProcessGuid: {process.guid}
            ProcessId: {process.pid}
            Image: {process.image}
            FileVersion: {process.version}
            Description: {process.description}
            Product: {process.product}
            Company: {process.company}
            OriginalFileName: {process.original}
            CommandLine: {process.command}
            CurrentDirectory: {process.directory}
            User: {user}
            LogonGuid: {logon.guid}
            LogonId: {logon}
            TerminalSessionId: 1
            IntegrityLevel: {integrity}
            Hashes: {process.hashes}
            ParentProcessGuid: {parent.guid}
            ParentProcessId: {parent.pid}
            ParentImage: {parent.image}
            ParentCommandLine: {parent.command}
            """#)

    /// Sysmon 5.
    static let sysmonProcessEnd = record(
        .sysmon, 5, version: 3, task: 5, weight: 9, category: "Process terminated (rule: ProcessTerminate)",
        title: "Process terminated:", fields: actor)

    private static let actor = #"""
        RuleName: -
        UtcTime: {utc}
        ProcessGuid: {process.guid}
        ProcessId: {process.pid}
        Image: {process.image}
        """#

    /// A category without the name of its rule.
    private static func title(_ category: String) -> String {
        String(Substring(category.utf8.prefix { $0 != UInt8(ascii: "(") }.dropLast()))
    }

    private static func registry(_ id: Int, _ type: String, weight: Double, category: String, more: String = "")
        -> EventTemplate
    {
        record(
            .sysmon, id, version: 2, task: id, weight: weight, category: category,
            title: "\(title(category)):",
            fields: """
                RuleName: -
                EventType: \(type)
                UtcTime: {utc}
                ProcessGuid: {process.guid}
                ProcessId: {process.pid}
                Image: {process.image}
                TargetObject: {registry}\(more)
                """)
    }

    private static func file(_ id: Int, weight: Double, category: String, more: String) -> EventTemplate {
        record(
            .sysmon, id, version: id == 11 ? 2 : 5, task: id, weight: weight, category: category,
            title: "\(title(category)):", fields: actor + "\nTargetFilename: {file}\n" + more)
    }

    static let sysmon: [EventTemplate] = [
        sysmonProcessCreation, sysmonProcessEnd,
        record(
            .sysmon, 10, version: 3, task: 10, weight: 230, category: "Process accessed (rule: ProcessAccess)",
            title: "Process accessed:",
            fields: #"""
                RuleName: -
                UtcTime: {utc}
                SourceProcessGUID: {process.guid}
                SourceProcessId: {process.pid}
                SourceThreadId: {thread}
                SourceImage: {process.image}
                TargetProcessGUID: {target.guid}
                TargetProcessId: {target.pid}
                TargetImage: {target.image}
                GrantedAccess: {access}
                CallTrace: {trace}
                """#),
        registry(12, "CreateKey", weight: 120, category: "Registry object added or deleted (rule: RegistryEvent)"),
        registry(12, "DeleteValue", weight: 25, category: "Registry object added or deleted (rule: RegistryEvent)"),
        registry(
            13, "SetValue", weight: 70, category: "Registry value set (rule: RegistryEvent)",
            more: #"\{registry.name}"# + "\nDetails: {registry.details}"),
        record(
            .sysmon, 7, version: 3, task: 7, weight: 95, category: "Image loaded (rule: ImageLoad)",
            title: "Image loaded:",
            fields: #"""
                RuleName: -
                UtcTime: {utc}
                ProcessGuid: {process.guid}
                ProcessId: {process.pid}
                Image: {process.image}
                ImageLoaded: {library}
                FileVersion: {process.version}
                Description: {library.description}
                Product: {library.company} Components
                Company: {library.company}
                OriginalFileName: {library.original}
                Hashes: {library.hashes}
                Signed: {library.signed}
                Signature: {library.company}
                SignatureStatus: Valid
                """#),
        file(
            11, weight: 18, category: "File created (rule: FileCreate)", more: "CreationUtcTime: {utc}\nUser: {user}"),
        file(
            23, weight: 6, category: "File Delete archived (rule: FileDelete)",
            more: "User: {user}\nHashes: {library.hashes}\nIsExecutable: false\nArchived: true"),
        file(
            26, weight: 1, category: "File Delete logged (rule: FileDeleteDetected)",
            more: "User: {user}\nHashes: {library.hashes}\nIsExecutable: false"),
        file(
            2, weight: 2, category: "File creation time changed (rule: FileCreateTime)",
            more: "CreationUtcTime: {utc}\nPreviousCreationUtcTime: {utc}"),
        record(
            .sysmon, 3, version: 5, task: 3, weight: 16, category: "Network connection detected (rule: NetworkConnect)",
            title: "Network connection detected:",
            fields: actor + #"""

                User: {user}
                Protocol: tcp
                Initiated: true
                SourceIsIpv6: false
                SourceIp: {host.address}
                SourceHostname: {host}
                SourcePort: {port}
                SourcePortName: -
                DestinationIsIpv6: false
                DestinationIp: {remote}
                DestinationHostname: {remote.name}
                DestinationPort: {remote.port}
                DestinationPortName: -
                """#),
        record(
            .sysmon, 22, version: 5, task: 22, weight: 8, category: "Dns query (rule: DnsQuery)", title: "Dns query:",
            fields: #"""
                RuleName: -
                UtcTime: {utc}
                ProcessGuid: {process.guid}
                ProcessId: {process.pid}
                QueryName: {domain}
                QueryStatus: 0
                QueryResults: {domain.results}
                Image: {process.image}
                User: {user}
                """#),
        record(
            .sysmon, 9, version: 2, task: 9, weight: 4, category: "RawAccessRead detected (rule: RawAccessRead)",
            title: "RawAccessRead detected:", fields: actor + "\n" + #"Device: \Device\HarddiskVolume3"#),
        record(
            .sysmon, 17, version: 1, task: 17, weight: 2, category: "Pipe Created (rule: PipeEvent)",
            title: "Pipe Created:",
            fields: #"""
                RuleName: -
                EventType: CreatePipe
                UtcTime: {utc}
                ProcessGuid: {process.guid}
                ProcessId: {process.pid}
                PipeName: \PSHost.{nonce.number}.{process.pid}.DefaultAppDomain
                Image: {process.image}
                """#),
        record(
            .sysmon, 18, version: 1, task: 18, weight: 4, category: "Pipe Connected (rule: PipeEvent)",
            title: "Pipe Connected:",
            fields: #"""
                RuleName: -
                EventType: ConnectPipe
                UtcTime: {utc}
                ProcessGuid: {process.guid}
                ProcessId: {process.pid}
                PipeName: \srvsvc
                Image: {process.image}
                """#),
        record(
            .sysmon, 8, version: 2, task: 8, weight: 1,
            category: "CreateRemoteThread detected (rule: CreateRemoteThread)",
            title: "CreateRemoteThread detected:",
            fields: #"""
                RuleName: -
                UtcTime: {utc}
                SourceProcessGuid: {process.guid}
                SourceProcessId: {process.pid}
                SourceImage: {process.image}
                TargetProcessGuid: {target.guid}
                TargetProcessId: {target.pid}
                TargetImage: {target.image}
                NewThreadId: {thread}
                StartAddress: 0x{nonce}
                StartModule: {library}
                StartFunction: -
                """#),
    ]
}
