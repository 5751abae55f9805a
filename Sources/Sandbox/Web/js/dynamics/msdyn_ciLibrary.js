/** Stands where Dynamics serves its library. It makes no Microsoft.CIFramework yet, so a panel goes on without a CRM. */
