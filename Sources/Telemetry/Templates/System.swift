extension EventTemplate {
    static let system: [EventTemplate] = [
        record(
            .serviceControl, 7036, weight: 3, category: "None",
            title: "The {service} service entered the {service.state} state.",
            fields: "param1: {service}\nparam2: {service.state}", message: ""),
        record(
            .serviceControl, 7040, weight: 1, category: "None",
            title: "The start type of the {service} service was changed.",
            fields: "param1: {service}\nparam2: demand start\nparam3: auto start\nparam4: {service}", message: ""),
        record(
            .serviceControl, 7045, weight: 0.3, category: "None", title: "A service was installed in the system.",
            fields: #"""
                ServiceName: {service}
                ImagePath: {service.image}
                ServiceType: user mode service
                StartType: demand start
                AccountName: LocalSystem
                """#),
        record(
            .wmiActivity, 5858, weight: 2, category: "None", title: "A WMI operation failed.",
            fields: #"""
                Id: {nonce.guid}
                ClientMachine: {host.short}
                User: {user}
                ClientProcessId: {process.pid}
                Component: Unknown
                Operation: Start IWbemServices::ExecQuery - ROOT\CIMV2 : SELECT * FROM Win32_LogicalDisk WHERE DriveType = 3
                ResultCode: 0x80041032
                PossibleCause: Unknown
                """#),
        record(
            .dnsClient, 3008, weight: 3, category: "None", title: "A DNS query is completed.",
            fields: #"""
                QueryName: {domain}
                QueryType: 1
                QueryOptions: 140737488355328
                QueryStatus: 0
                QueryResults: {domain.results}
                """#),
        record(
            .installer, 1040, weight: 0.3, category: "None", title: "An installation began.",
            fields: "Product: {process.product}\nPackage: {file}\nClientProcessId: {process.pid}\nUser: {user}"),
    ]
}
