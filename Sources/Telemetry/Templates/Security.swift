extension EventTemplate {
    /// Security 4688: process creation without Sysmon.
    static let securityProcessCreation = record(
        .security, 4688, version: 2, task: 13312, weight: 9, category: "Process Creation",
        title: "A new process has been created.",
        fields: #"""
            SubjectUserSid: {user.sid}
            SubjectUserName: {user.name}
            SubjectDomainName: {user.domain}
            SubjectLogonId: {logon}
            NewProcessId: {process.pid.hex}
            NewProcessName: {process.image}
            TokenElevationType: %%1938
            ProcessId: {parent.pid.hex}
            CommandLine: {process.command}
            TargetUserSid: S-1-0-0
            TargetUserName: -
            TargetDomainName: -
            TargetLogonId: 0x0
            ParentProcessName: {parent.image}
            MandatoryLabel: {integrity.label}
            """#,
        message: subject("Creator Subject")
            + """
            Process Information:
            \tNew Process ID:\t\t{process.pid.hex}
            \tNew Process Name:\t{process.image}
            \tToken Elevation Type:\t%%1938
            \tMandatory Label:\t\t{integrity.label}
            \tCreator Process ID:\t{parent.pid.hex}
            \tCreator Process Name:\t{parent.image}
            \tProcess Command Line:\t{process.command}
            """)

    /// Security 4689.
    static let securityProcessEnd = record(
        .security, 4689, task: 13313, weight: 7, category: "Process Termination", title: "A process has exited.",
        fields: subjectFields + "\nStatus: 0x0\nProcessId: {process.pid.hex}\nProcessName: {process.image}",
        message: subject("Subject") + information + "\tExit Status:\t0x0")

    private static let subjectFields = """
        SubjectUserSid: {user.sid}
        SubjectUserName: {user.name}
        SubjectDomainName: {user.domain}
        SubjectLogonId: {logon}
        """

    private static let machineFields = """
        SubjectUserSid: S-1-5-18
        SubjectUserName: {host.account}
        SubjectDomainName: {account.domain}
        SubjectLogonId: 0x3e7
        """

    private static let information = """
        Process Information:
        \tProcess ID:\t\t{process.pid.hex}
        \tProcess Name:\t\t{process.image}

        """

    private static func subject(_ title: String) -> String {
        """

        \(title):
        \tSecurity ID:\t\t{user.sid}
        \tAccount Name:\t\t{user.name}
        \tAccount Domain:\t\t{user.domain}
        \tLogon ID:\t\t{logon}


        """
    }

    private static let machine = """

        Subject:
        \tSecurity ID:\t\tS-1-5-18
        \tAccount Name:\t\t{host.account}
        \tAccount Domain:\t\t{account.domain}
        \tLogon ID:\t\t0x3E7


        """

    private static func object(_ server: String = "{object.server}") -> String {
        """
        Object:
        \tObject Server:\t\t\(server)
        \tObject Type:\t\t{object.type}
        \tObject Name:\t\t{object}
        \tHandle ID:\t\t{handle}


        """
    }

    private static let filtering = """

        Application Information:
        \tProcess ID:\t\t{process.pid}
        \tApplication Name:\t{process.lowered}

        Network Information:
        \tDirection:\t\tOutbound
        \tSource Address:\t\t{host.address}
        \tSource Port:\t\t{port}
        """

    static let security: [EventTemplate] = [
        securityProcessCreation, securityProcessEnd,
        record(
            .security, 4658, task: 12801, weight: 30, category: "Registry",
            title: "The handle to an object was closed.",
            fields: machineFields
                + "\nObjectServer: Security\nHandleId: {handle}\nProcessId: {process.pid.hex}\nProcessName: {process.image}",
            message: machine + "Object:\n\tObject Server:\t\tSecurity\n\tHandle ID:\t\t{handle}\n\n" + information),
        record(
            .security, 4656, version: 1, task: 12801, weight: 18, category: "Registry",
            title: "A handle to an object was requested.",
            fields: machineFields + #"""

                ObjectServer: {object.server}
                ObjectType: {object.type}
                ObjectName: {object}
                HandleId: {handle}
                TransactionId: {00000000-0000-0000-0000-000000000000}
                AccessList: {object.accesses}
                AccessReason: -
                AccessMask: {object.mask}
                PrivilegeList: -
                RestrictedSidCount: 0
                ProcessId: {process.pid.hex}
                ProcessName: {process.image}
                ResourceAttributes: -
                """#,
            message: machine + object() + information
                + """

                Access Request Information:
                \tTransaction ID:\t\t{00000000-0000-0000-0000-000000000000}
                \tAccesses:\t\t{object.accesses}
                \tAccess Reasons:\t\t-
                \tAccess Mask:\t\t{object.mask}
                \tPrivileges Used for Access Check:\t-
                \tRestricted SID Count:\t0
                """),
        record(
            .security, 4663, version: 1, task: 12800, weight: 13, category: "File System",
            title: "An attempt was made to access an object.",
            fields: machineFields + #"""

                ObjectServer: {object.server}
                ObjectType: {object.type}
                ObjectName: {object}
                HandleId: {handle}
                AccessList: {object.accesses}
                AccessMask: {object.mask}
                ProcessId: {process.pid.hex}
                ProcessName: {process.image}
                ResourceAttributes: S:AI
                """#,
            message: machine + object() + information + "\nAccess Request Information:\n\tAccess Mask:\t\t{object.mask}"
        ),
        record(
            .security, 4690, task: 12807, weight: 12, category: "Handle Manipulation",
            title: "An attempt was made to duplicate a handle to an object.",
            fields: machineFields
                + "\nSourceHandleId: {handle}\nSourceProcessId: {process.pid.hex}\nTargetHandleId: {handle}\nTargetProcessId: 0x4",
            message: machine
                + "Source Handle Information:\n\tSource Handle ID:\t{handle}\n\tSource Process ID:\t{process.pid.hex}\n"
        ),
        record(
            .security, 5156, version: 1, task: 12810, weight: 20, category: "Filtering Platform Connection",
            title: "The Windows Filtering Platform has permitted a connection.",
            fields: #"""
                ProcessId: {process.pid}
                Application: {process.lowered}
                Direction: %%14593
                SourceAddress: {host.address}
                SourcePort: {port}
                DestAddress: {remote}
                DestPort: {remote.port}
                Protocol: 6
                FilterRTID: 69279
                LayerName: %%14611
                LayerRTID: 48
                RemoteUserID: S-1-0-0
                RemoteMachineID: S-1-0-0
                """#,
            message: filtering
                + """

                \tDestination Address:\t{remote}
                \tDestination Port:\t\t{remote.port}
                \tProtocol:\t\t6

                Filter Information:
                \tFilter Run-Time ID:\t69279
                \tLayer Name:\t\tConnect
                \tLayer Run-Time ID:\t48
                """),
        record(
            .security, 5158, task: 12810, weight: 16, category: "Filtering Platform Connection",
            title: "The Windows Filtering Platform has permitted a bind to a local port.",
            fields: #"""
                ProcessId: {process.pid}
                Application: {process.lowered}
                SourceAddress: 0.0.0.0
                SourcePort: {port}
                Protocol: 17
                FilterRTID: 0
                LayerName: %%14608
                LayerRTID: 36
                """#, message: filtering + "\n\tProtocol:\t\t17\n"),
        record(
            .security, 4703, task: 13317, weight: 7, category: "Token Right Adjusted Events",
            title: "A token right was adjusted.",
            fields: subjectFields + #"""

                TargetUserSid: {account.sid}
                TargetUserName: {account.name}
                TargetDomainName: {account.domain}
                TargetLogonId: {logon}
                ProcessName: {process.image}
                ProcessId: {process.pid.hex}
                EnabledPrivilegeList: SeDebugPrivilege
                DisabledPrivilegeList: -
                """#, message: subject("Subject") + information + "\nEnabled Privileges:\n\t\t\tSeDebugPrivilege\n"),
        record(
            .security, 4673, task: 13056, weight: 4, category: "Sensitive Privilege Use",
            title: "A privileged service was called.",
            fields: subjectFields + #"""

                ObjectServer: Security
                Service: -
                PrivilegeList: SeTcbPrivilege
                ProcessId: {process.pid.hex}
                ProcessName: {process.image}
                """#,
            message: subject("Subject") + information
                + "\nService Request Information:\n\tPrivileges:\t\tSeTcbPrivilege"),
        record(
            .security, 4624, version: 2, task: 12544, weight: 5, category: "Logon",
            title: "An account was successfully logged on.",
            fields: machineFields + #"""

                TargetUserSid: {account.sid}
                TargetUserName: {account.name}
                TargetDomainName: {account.domain}
                TargetLogonId: {logon}
                LogonType: 3
                LogonProcessName: Kerberos
                AuthenticationPackageName: Kerberos
                WorkstationName: -
                LogonGuid: {logon.guid}
                TransmittedServices: -
                LmPackageName: -
                KeyLength: 0
                ProcessId: {process.pid.hex}
                ProcessName: {process.image}
                IpAddress: {remote}
                IpPort: {port}
                ImpersonationLevel: %%1840
                ElevatedToken: %%1842
                """#,
            message: machine
                + """
                Logon Information:
                \tLogon Type:\t\t3
                \tElevated Token:\t\tYes

                New Logon:
                \tSecurity ID:\t\t{account.sid}
                \tAccount Name:\t\t{account.name}
                \tAccount Domain:\t\t{account.domain}
                \tLogon ID:\t\t{logon}
                \tLogon GUID:\t\t{logon.guid}

                Network Information:
                \tSource Network Address:\t{remote}
                \tSource Port:\t\t{port}
                """),
        record(
            .security, 4625, task: 12544, failure: true, weight: 1, category: "Logon",
            title: "An account failed to log on.",
            fields: machineFields + #"""

                TargetUserSid: S-1-0-0
                TargetUserName: {account.name}
                TargetDomainName: {account.domain}
                Status: 0xc000006d
                FailureReason: %%2313
                SubStatus: 0xc000006a
                LogonType: 3
                IpAddress: {remote}
                IpPort: {port}
                """#, message: machine + "Account For Which Logon Failed:\n\tAccount Name:\t\t{account.name}\n"),
        record(
            .security, 4634, task: 12545, weight: 5, category: "Logoff", title: "An account was logged off.",
            fields: #"""
                TargetUserSid: {account.sid}
                TargetUserName: {account.name}
                TargetDomainName: {account.domain}
                TargetLogonId: {logon}
                LogonType: 3
                """#,
            message: "\nSubject:\n\tAccount Name:\t\t{account.name}\n\tLogon ID:\t\t{logon}\n\nLogon Type:\t\t\t3\n"),
        record(
            .security, 4672, task: 12548, weight: 4, category: "Special Logon",
            title: "Special privileges assigned to new logon.",
            fields: subjectFields + "\nPrivilegeList: SeSecurityPrivilege\tSeBackupPrivilege\tSeDebugPrivilege",
            message: subject("Subject")
                + "Privileges:\t\tSeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeDebugPrivilege"),
        record(
            .security, 4648, task: 12544, weight: 1, category: "Logon",
            title: "A logon was attempted using explicit credentials.",
            fields: subjectFields + #"""

                TargetUserName: {account.name}
                TargetDomainName: {account.domain}
                TargetServerName: {remote.name}
                ProcessId: {process.pid.hex}
                ProcessName: {process.image}
                IpAddress: {remote}
                IpPort: {port}
                """#, message: subject("Subject") + information),
        record(
            .security, 5145, task: 12811, weight: 4, category: "Detailed File Share",
            title: "A network share object was checked to see whether client can be granted desired access.",
            fields: subjectFields + #"""

                ObjectType: File
                IpAddress: {remote}
                IpPort: {port}
                ShareName: \\*\SYSVOL
                ShareLocalPath: \??\C:\Windows\SYSVOL\sysvol
                RelativeTargetName: Policies\{nonce.guid}\gpt.ini
                AccessMask: 0x120089
                AccessList: %%1538 %%1541 %%4416
                """#, message: subject("Subject") + "Share Information:\n\tShare Name:\t\t\\\\*\\SYSVOL\n"),
        record(
            .security, 4769, task: 14337, weight: 2, category: "Kerberos Service Ticket Operations",
            title: "A Kerberos service ticket was requested.",
            fields: #"""
                TargetUserName: {account.name}@{account.domain}
                TargetDomainName: {account.domain}
                ServiceName: {host.account}
                ServiceSid: {account.sid}
                TicketOptions: 0x40810000
                TicketEncryptionType: 0x12
                IpAddress: ::ffff:{remote}
                IpPort: {port}
                Status: 0x0
                LogonGuid: {logon.guid}
                """#,
            message:
                "\nAccount Information:\n\tAccount Name:\t\t{account.name}\n\nService Information:\n\tService Name:\t\t{host.account}"
        ),
        record(
            .security, 4657, task: 12801, weight: 1, category: "Registry", title: "A registry value was modified.",
            fields: subjectFields + #"""

                ObjectName: {registry}
                ObjectValueName: {registry.name}
                HandleId: {handle}
                OperationType: %%1905
                OldValueType: %%1873
                OldValue: -
                NewValueType: %%1873
                NewValue: {registry.details}
                ProcessId: {process.pid.hex}
                ProcessName: {process.image}
                """#,
            message: subject("Subject") + information + "\nChange Information:\n\tNew Value:\t\t{registry.details}"),
    ]
}
