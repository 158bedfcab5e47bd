extension EventTemplate {
    private static let sensor = """
        aid: {host.agent}
        cid: 5ddb0407bef249c19c7a975f17979a1e
        aip: {remote}
        event_platform: Win
        ConfigBuild: 1007.3.0018405.11
        EffectiveTransmissionClass: 2
        Entitlements: 15
        id: {nonce.guid}
        timestamp: {created.millis}
        ContextTimeStamp: {utc.seconds}
        ComputerName: {host.short}

        """

    private static let execution = #"""
        TargetProcessId: {process.falcon}
        ParentProcessId: {parent.falcon}
        SourceProcessId: {parent.falcon}
        SourceThreadId: {nonce.number}
        RawProcessId: {process.pid}
        AuthenticationId: {logon.number}
        UserSid: {user.sid}
        UserName: {user.name}
        LogonDomain: {user.domain}
        SHA256HashData: {process.sha256}
        MD5HashData: {process.md5}
        SHA1HashData: 0000000000000000000000000000000000000000
        FileName: {process.name}
        ImageFileName: {process.device}
        OriginalFilename: {process.original}
        CommandLine: {process.command}
        ParentBaseFileName: {parent.name}
        ParentCommandLine: {parent.command}
        ParentImageFileName: {parent.device}
        ImageSubsystem: 3
        IntegrityLevel: 8192
        ProcessStartTime: {utc.seconds}
        ProcessCreateFlags: 67634196
        ProcessParameterFlags: 24577
        ProcessSxsFlags: 64
        SessionProcessId: {parent.falcon}
        SignInfoFlags: 8683538
        Tags: 25, 27, 151, 874, 924, 12094627905582, 12094627906234
        TokenType: 1
        WindowFlags: 128
        """#

    private static func sensed(_ name: String, weight: Double, _ fields: String) -> EventTemplate {
        flat(weight: weight, fields: "event_simpleName: \(name)\nname: \(name)V12\n" + sensor + fields)
    }

    /// ProcessRollup2: a process was started.
    static let processRollup = sensed("ProcessRollup2", weight: 60, execution)
    /// SyntheticProcessRollup2: the sensor came too late to see it start.
    static let syntheticProcessRollup = sensed("SyntheticProcessRollup2", weight: 6, execution)
    /// CommandHistory: what was typed into a console; not a process event.
    static let commandHistory = sensed(
        "CommandHistory", weight: 3,
        "TargetProcessId: {process.falcon}\nFileName: {process.name}\nCommandHistory: {process.command}")

    static let falcon: [EventTemplate] = [
        processRollup, syntheticProcessRollup, commandHistory,
        sensed(
            "ClassifiedModuleLoad", weight: 110,
            """
            TargetProcessId: {process.falcon}
            ContextProcessId: {process.falcon}
            ImageFileName: {library}
            TargetImageFileName: {process.device}
            SHA256HashData: {process.sha256}
            ModuleCharacteristics: 8226
            """),
        sensed(
            "EndOfProcess", weight: 60,
            """
            TargetProcessId: {process.falcon}
            ContextProcessId: {process.falcon}
            RawProcessId: {process.pid}
            ImageFileName: {process.device}
            ExitCode: 0
            UserTime: {thread}
            KernelTime: {record}
            """),
        sensed(
            "DnsRequest", weight: 70,
            """
            ContextProcessId: {process.falcon}
            DomainName: {domain}
            RequestType: 1
            IP4Records: {remote};
            ContextBaseFileName: {process.name}
            """),
        sensed(
            "NetworkConnectIP4", weight: 80,
            """
            ContextProcessId: {process.falcon}
            LocalAddressIP4: {host.address}
            LocalPort: {port}
            RemoteAddressIP4: {remote}
            RemotePort: {remote.port}
            Protocol: 6
            ConnectionDirection: 0
            ContextBaseFileName: {process.name}
            """),
        sensed(
            "AsepValueUpdate", weight: 12,
            """
            ContextProcessId: {process.falcon}
            RegObjectName: {registry}
            RegValueName: {registry.name}
            RegStringValue: {registry.details}
            RegOperationType: 1
            """),
        sensed(
            "NewExecutableWritten", weight: 10,
            "ContextProcessId: {process.falcon}\nTargetFileName: {file}\nSize: {record}"),
        sensed(
            "UserLogon", weight: 8,
            "UserName: {account.name}\nUserSid: {account.sid}\nLogonDomain: {account.domain}\nLogonType: 3"),
        sensed("SensorHeartbeat", weight: 30, "ConfigStateHash: {nonce.number}\nSensorStateBitMap: 2"),
    ]
}
