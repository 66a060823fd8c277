/* The titles, in the order of the files. */
#include "column_title.h"

#include <stddef.h>
#include <string.h>

#include "lang.h"

struct title {
    const char *column;
    const char *title;
};

static const struct title titles[] = {
    {"province_code", N_("Province code")},
    {"province", N_("Province")},
    {"commune_code", N_("Commune code")},
    {"commune", N_("Commune")},
    {"hamlet_code", N_("Hamlet code")},
    {"hamlet", N_("Hamlet")},
    {"lat_deg", N_("Latitude (degrees)")},
    {"lon_deg", N_("Longitude (degrees)")},
    {"households", N_("Households")},
    {"electricity", N_("Grid electricity")},
    {"difficult", N_("Especially difficult")},
    {"verdict", N_("Verdict")},
    {"centre", N_("Centre")},
    {"clusters", N_("Clusters")},
    {"clusters_failed", N_("Clusters failed")},
    {"operators_pass", N_("Operators that pass")},
    {"best_operator", N_("Best operator")},
    {"availability", N_("Availability")},
    {"availability_low", N_("Availability, low end")},
    {"availability_high", N_("Availability, high end")},
    {"bins", N_("Bins seen")},
    {"bins_total", N_("Bins in all")},
    {"samples", N_("Samples")},
    {"first_utc", N_("First sample (UTC)")},
    {"last_utc", N_("Last sample (UTC)")},
    {"rule_id", N_("Rule")},
    {"noted_verdict", N_("Officer's decision")},
    {"noted_by", N_("Decided by")},
    {"noted_date", N_("Decided on")},
    {"noted_reason", N_("Reason of the decision")},
    {"area_code", N_("Test area code")},
    {"area_kind", N_("Kind of test area")},
    {"name", N_("Name")},
    {"result", N_("Result")},
    {"effective_n", N_("Effective number of votes")},
    {"bin_x", N_("Bin, easting index")},
    {"bin_y", N_("Bin, northing index")},
    {"mccmnc", N_("Operator code (MCC-MNC)")},
    {"operator", N_("Operator")},
    {"tech", N_("Technology")},
    {"median_dbm", N_("Median level (dBm)")},
    {"p10_dbm", N_("Level exceeded by 90 % (dBm)")},
    {"no_level_samples", N_("Samples without a level")},
    {"no_service_samples", N_("Samples without service")},
    {"class", N_("Class of the map")},
    {"counted", N_("Counts by the rule")},
    {"operators_tested", N_("Operators tested")},
    {"broadband_tests", N_("Broadband tests")},
    {"broadband_ok", N_("Broadband tests passed")},
    {"broadband_share", N_("Share of broadband tests passed")},
    {"median_down_kbps", N_("Median download (kbit/s)")},
    {"median_up_kbps", N_("Median upload (kbit/s)")},
    {"ping_tests", N_("Pings")},
    {"ping_ok", N_("Pings answered")},
    {"median_ping_ms", N_("Median ping (ms)")},
    {"code", N_("Code")},
    {"hamlets", N_("Hamlets")},
    {"covered", N_("Covered")},
    {"depression", N_("Signal depression")},
    {"no_signal", N_("No signal")},
    {"not_enough_data", N_("Not enough data")},
    {"depression_no_electricity", N_("Signal depression, no electricity")},
    {"no_signal_no_electricity", N_("No signal, no electricity")},
    {"not_enough_data_no_electricity", N_("Not enough data, no electricity")},
    {"households_covered", N_("Households covered")},
    {"households_depression", N_("Households in signal depression")},
    {"households_no_signal", N_("Households without signal")},
    {"households_not_enough_data", N_("Households, not enough data")},
    {"households_depression_no_electricity",
     N_("Households in signal depression, no electricity")},
    {"households_no_signal_no_electricity",
     N_("Households without signal, no electricity")},
    {"households_not_enough_data_no_electricity",
     N_("Households, not enough data, no electricity")},
    {"broadband_3g4g", N_("3G/4G broadband")},
    {"broadband_5g", N_("5G broadband")},
    {"log", N_("Log")},
    {"sha256", N_("SHA-256 of the log")},
    {"date", N_("Local date")},
    {"operators", N_("Operators")},
    {"length_m", N_("Length (m)")},
};

const char *column_title(const char *column)
{
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (strcmp(titles[i].column, column) == 0)
            return _(titles[i].title);
    }
    return column;
}
